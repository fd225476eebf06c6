/** The points, one at a time, over the whole page; Escape or the button goes on without. */

import { html } from "lit";
import type { TemplateResult } from "lit";

import { RoomElement } from "./room_element";
import { gettext } from "../../words/gettext";

export class GazePoints extends RoomElement {
  protected override render(): TemplateResult {
    const { gaze } = this.room.view;
    const [place, points] = gaze.status === "walking" ? [gaze.place, gaze.points] : [0, []];
    const point = points[place];
    return html`<dialog
      class="gaze-points"
      aria-label=${gettext("Points to look at")}
      tabindex="-1"
      @cancel=${(event: Event) => this.cancelled(event)}
      @close=${() => this.dispatchEvent(new Event("points-closed"))}
    >
      <p class="visually-hidden" role="status">${point === undefined ? "" : gettext("Point %(number)s of %(count)s", { number: place + 1, count: points.length })}</p>
      ${points.map((each, number) =>
        number === place
          ? html`<div class="gaze-point" data-across=${each.across} data-down=${each.down} aria-hidden="true">
              <span>${place + 1}</span>
            </div>`
          : "",
      )}
      <button type="button" class="btn btn-outline-secondary gaze-stop" data-action="gaze-stop" @click=${() => this.room.gaze.skip()}>
        ${gettext("Go on without")}
      </button>
    </dialog>`;
  }

  protected override updated(): void {
    const dialog = this.querySelector("dialog");
    if (dialog === null) return;
    const shown = this.room.view.gaze.status === "walking";
    if (shown && !dialog.open) {
      dialog.showModal();
      // Not on the button: a key that is still held down would press it.
      dialog.focus();
    }
    if (!shown && dialog.open) dialog.close();
  }

  /** The dialog closes when the state says so. */
  private cancelled(event: Event): void {
    event.preventDefault();
    this.room.gaze.skip();
  }
}

customElements.define("gaze-points", GazePoints);
