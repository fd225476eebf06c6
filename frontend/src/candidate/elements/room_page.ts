/** The whole page: check, exam, or the word that it goes on elsewhere. */

import { html } from "lit";
import type { TemplateResult } from "lit";

import { gettext } from "../../words/gettext";
import { hasEnded, isInExam } from "../room_view";
import "./camera_check";
import "./chat_box";
import "./exam_page";
import "./recording_progress";
import { RoomElement } from "./room_element";

export class RoomPage extends RoomElement {
  protected override render(): TemplateResult {
    const { connection, session } = this.room.view;
    if (hasEnded(session)) return html`<recording-progress .room=${this.room}></recording-progress>`;
    if (connection.status === "stopped") return stopped(connection.words);
    const page = isInExam(session)
      ? html`<exam-page .room=${this.room}></exam-page>`
      : html`<camera-check .room=${this.room}></camera-check>`;
    return html`${page} <chat-box .room=${this.room}></chat-box>`;
  }

  protected override updated(): void {
    document.body.classList.toggle("in-exam", isInExam(this.room.view.session));
  }
}

function stopped(words: string): TemplateResult {
  return html`<div class="empty-state room-stopped" role="alert">
    <h1 class="h2">${gettext("This page is no longer connected")}</h1>
    <p>${words}</p>
    <button type="button" class="btn btn-outline-secondary" @click=${() => location.reload()}>${gettext("Continue here")}</button>
  </div>`;
}

customElements.define("room-page", RoomPage);
