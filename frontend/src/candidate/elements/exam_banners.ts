/** What the candidate must know right now, in words, most urgent first. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";

import "./camera_problem";
import "./microphone_problem";
import "./screen_problem";
import "./told_list";
import { RoomElement } from "./room_element";
import { gettext } from "../../words/gettext";

const LEVEL_CLASS = { info: "alert-info", warning: "alert-warning", error: "alert-danger" } as const;

export class ExamBanners extends RoomElement {
  protected override render(): TemplateResult {
    return html`<unread-told .room=${this.room}></unread-told>
      ${this.offline()}
      <camera-problem .room=${this.room}></camera-problem>
      <microphone-problem .room=${this.room}></microphone-problem>
      <screen-problem .room=${this.room}></screen-problem>
      ${this.notice()} ${this.handIn()}`;
  }

  private offline(): TemplateResult | typeof nothing {
    const { networkOnline, connection } = this.room.view;
    if (networkOnline && connection.status !== "waiting") return nothing;
    const words = networkOnline
      ? gettext("The connection was lost. Keep working; nothing is lost. We are connecting again.")
      : gettext("You are offline. Keep working; nothing is lost.");
    return html`<div class="alert alert-warning" role="status">${words}</div>`;
  }

  private notice(): TemplateResult | typeof nothing {
    const { notice } = this.room.view;
    if (notice === null) return nothing;
    return html`<div class="alert ${LEVEL_CLASS[notice.level]} exam-banner" role="alert">
      <span>${notice.text}</span>
      <button type="button" class="btn btn-outline-secondary btn-sm" @click=${() => this.room.dismissNotice()}>${gettext("I have read this")}</button>
    </div>`;
  }

  private handIn(): TemplateResult | typeof nothing {
    const { handInProblem } = this.room.view;
    return handInProblem === null ? nothing : html`<div class="alert alert-danger" role="alert">${handInProblem}</div>`;
  }
}

customElements.define("exam-banners", ExamBanners);
