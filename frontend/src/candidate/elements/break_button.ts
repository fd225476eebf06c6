/** A break that was granted, offered during the exam: asked once more, since it cannot be given back. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";

import { gettext, ngettext } from "../../words/gettext";
import { RoomElement } from "./room_element";

export class BreakButton extends RoomElement {
  static override properties = { ...RoomElement.properties, isSure: { state: true } };

  declare isSure: boolean;

  constructor() {
    super();
    this.isSure = false;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { session, breaks } = this.room.view;
    const granted = session.breaks ?? null;
    if (granted === null || session.state !== "running") return nothing;
    if (granted.left === 0) return html`<span class="exam-breaks quiet">${gettext("No break left")}</span>`;
    return html`<span class="exam-breaks">
      ${this.isSure ? this.question(granted.minutes, breaks.isAsking) : this.offer(granted.left)}
      ${breaks.problem === null ? nothing : html`<span role="alert">${breaks.problem}</span>`}
    </span>`;
  }

  private offer(left: number): TemplateResult {
    const words = ngettext("Take a break (%(count)s left)", "Take a break (%(count)s left)", left);
    return html`<button type="button" class="btn btn-outline-secondary" data-action="break" @click=${() => (this.isSure = true)}>
      ${words}
    </button>`;
  }

  private question(minutes: number, isAsking: boolean): TemplateResult {
    const words = ngettext("Break of at most %(count)s minute: begin?", "Break of at most %(count)s minutes: begin?", minutes);
    return html`<span role="status">${words}</span>
      <button type="button" class="btn btn-primary" data-action="break-begin" ?disabled=${isAsking} @click=${() => void this.begin()}>
        ${gettext("Begin the break")}
      </button>
      <button type="button" class="btn btn-outline-secondary" @click=${() => (this.isSure = false)}>${gettext("Not now")}</button>`;
  }

  private async begin(): Promise<void> {
    await this.room.breaks.take();
    this.isSure = false;
  }
}

customElements.define("break-button", BreakButton);
