/** What proctors told: what is unread stands above the exam, everything can be read again. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";

import { gettext, ngettext } from "../../words/gettext";
import { clockText } from "../countdown";
import type { Told } from "../../protocol/told";
import { RoomElement } from "./room_element";

const TITLES: Readonly<Record<Told["kind"], () => string>> = {
  warning: () => gettext("A proctor writes:"),
  time: () => gettext("More time:"),
  screen: () => gettext("Your screen:"),
};

export function toldWords(told: Told): string {
  if (told.kind === "warning") return told.text;
  if (told.kind === "screen") return gettext("You may go on without sharing your screen.");
  return ngettext("You were given %(count)s minute more.", "You were given %(count)s minutes more.", told.minutes);
}

export class UnreadTold extends RoomElement {
  protected override render(): TemplateResult {
    const unread = this.room.view.told.filter((one) => one.read_ms === null);
    return html`${unread.map((told) => this.banner(told))}`;
  }

  private banner(told: Told): TemplateResult {
    const title = TITLES[told.kind]();
    return html`<div class="alert ${told.kind === "warning" ? "alert-warning" : "alert-info"} exam-banner told-banner" role="alert">
      <span><strong>${title}</strong> ${toldWords(told)}</span>
      <button type="button" class="btn btn-outline-secondary btn-sm" data-action="read" @click=${() => this.room.told.markRead(told)}>
        ${gettext("I have read this")}
      </button>
    </div>`;
  }
}

export class ToldList extends RoomElement {
  protected override render(): TemplateResult | typeof nothing {
    const { told } = this.room.view;
    if (told.length === 0) return nothing;
    const title = ngettext("%(count)s message from a proctor", "%(count)s messages from proctors", told.length);
    return html`<details class="watched told">
      <summary>${title}</summary>
      <ol class="told-list">
        ${told.map(
          (one) => html`<li>
            <span class="quiet">${gettext("After %(time)s", { time: clockText(one.t_ms) })}</span> ${toldWords(one)}
            ${one.read_ms === null ? html`<span class="quiet">${gettext("(not read yet)")}</span>` : nothing}
          </li>`,
        )}
      </ol>
    </details>`;
  }
}

customElements.define("unread-told", UnreadTold);
customElements.define("told-list", ToldList);
