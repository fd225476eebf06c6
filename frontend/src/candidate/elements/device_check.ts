/** The device check: a line for each thing, with what helps; tried again on a click. */

import { html, LitElement, nothing } from "lit";
import type { TemplateResult } from "lit";

import { gettext, ngettext } from "../../words/gettext";
import { deviceLines, speedLine, surroundings } from "../device_check";
import type { CheckLine, DeviceNeeds } from "../device_check";
import { measureLine } from "../line_speed";
import type { LineSpeed } from "../line_speed";

const MARKS: Readonly<Record<CheckLine["state"], string>> = { running: "…", fine: "✓", notice: "!", failed: "✕" };

function spoken(state: CheckLine["state"]): string {
  switch (state) {
    case "running":
      return gettext("Being tried:");
    case "fine":
      return gettext("Fine:");
    case "notice":
      return gettext("Look at this:");
    case "failed":
      return gettext("Does not work:");
  }
}

export class DeviceCheck extends LitElement {
  static override properties = { needs: { attribute: false }, speedUrl: { attribute: false }, speed: { state: true } };

  declare needs: DeviceNeeds;
  declare speedUrl: string;
  declare private speed: LineSpeed | "failed" | null;

  constructor() {
    super();
    this.speed = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.tryLine();
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override render(): TemplateResult {
    const lines = [...deviceLines(this.needs, surroundings()), speedLine(this.speed)];
    const open = lines.filter(({ state }) => state === "notice" || state === "failed").length;
    return html`<details class="device-check" ?open=${open > 0}>
      <summary>${this.summary(lines, open)}</summary>
      <ul class="device-lines">
        ${lines.map(
          ({ label, state, words }) => html`<li class="device-line" data-state=${state}>
            <span class="device-mark" aria-hidden="true">${MARKS[state]}</span>
            <div><strong><span class="visually-hidden">${spoken(state)}</span> ${label}</strong><p>${words}</p></div>
          </li>`,
        )}
      </ul>
      ${this.speed === null
        ? nothing
        : html`<button type="button" class="btn btn-outline-secondary btn-sm" @click=${() => this.tryLine()}>${gettext("Try the connection again")}</button>`}
    </details>`;
  }

  private summary(lines: readonly CheckLine[], open: number): string {
    if (open > 0) return ngettext("Your device: look at %(count)s thing", "Your device: look at %(count)s things", open);
    return lines.some(({ state }) => state === "running") ? gettext("Your device is being checked…") : gettext("Your device is ready");
  }

  private async tryLine(): Promise<void> {
    this.speed = null;
    try {
      this.speed = await measureLine(this.speedUrl);
    } catch {
      this.speed = "failed";
    }
  }
}

customElements.define("device-check", DeviceCheck);
