/** During the exam: the screen is not shared, or only a part of it; one button mends it. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";

import { gettext } from "../../words/gettext";
import { screenProblem } from "../screen_words";
import { RoomElement } from "./room_element";

export class ScreenProblem extends RoomElement {
  protected override render(): TemplateResult | typeof nothing {
    const { view } = this.room;
    const advice = view.session.state === "running" ? screenProblem(view) : null;
    if (advice === null) return nothing;
    return html`<div class="alert alert-warning camera-problem" role="alert">
      <div>
        <strong>${advice.title}</strong>
        <p>${advice.fix}</p>
      </div>
      <button type="button" class="btn btn-primary" data-action="share-screen" @click=${() => this.room.screen.open()}>
        ${gettext("Share the screen")}
      </button>
    </div>`;
  }
}

customElements.define("screen-problem", ScreenProblem);
