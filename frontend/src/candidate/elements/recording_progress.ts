/** The exam is over: what is still on its way, and that nothing is wrong with waiting for it. */

import { html } from "lit";
import type { TemplateResult } from "lit";

import { gettext, ngettext } from "../../words/gettext";
import { RoomElement } from "./room_element";

export class RecordingProgress extends RoomElement {
  protected override render(): TemplateResult {
    return html`<p class="room-ended" role="status">${this.words()}</p>`;
  }

  private words(): string {
    const waiting = this.room.view.recording?.waiting ?? 0;
    if (waiting === 0) return gettext("This exam has ended. One moment…");
    return ngettext(
      "This exam has ended. The last piece of video is being sent; keep this page open for a moment.",
      "This exam has ended. %(count)s pieces of video are being sent; keep this page open for a moment.",
      waiting,
    );
  }
}

customElements.define("recording-progress", RecordingProgress);
