/** The candidate's own picture, mirrored as in a looking-glass. */

import { html } from "lit";
import type { TemplateResult } from "lit";

import { RoomElement } from "./room_element";
import { gettext } from "../../words/gettext";

export class SelfView extends RoomElement {
  protected override render(): TemplateResult {
    const { camera } = this.room.view;
    return html`<video
      class="self-view-picture"
      aria-label=${gettext("Your camera picture")}
      autoplay
      playsinline
      .muted=${true}
      ?hidden=${camera.status !== "on"}
      .srcObject=${camera.status === "on" ? camera.stream : null}
    ></video>`;
  }
}

customElements.define("self-view", SelfView);
