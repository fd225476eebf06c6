/** What is watched, and why: the candidate can read it at any time. */

import { html } from "lit";
import type { TemplateResult } from "lit";

import { RoomElement } from "./room_element";
import { gettext } from "../../words/gettext";

export class WatchedList extends RoomElement {
  protected override render(): TemplateResult {
    return html`<details class="watched">
      <summary>${gettext("What is watched")}</summary>
      <dl class="watched-list">
        ${this.room.view.watched.map(
          ({ label, why }) => html`<div>
            <dt>${label}</dt>
            <dd>${why}</dd>
          </div>`,
        )}
      </dl>
      <p class="quiet mb-0">${gettext("A program only points things out. A person looks at them and decides.")}
        <a href="agreement/">${gettext("Read what you agreed to, or take it back")}</a></p>
    </details>`;
  }
}

customElements.define("watched-list", WatchedList);
