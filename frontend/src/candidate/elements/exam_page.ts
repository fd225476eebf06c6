/** The exam itself: a quiet bar above, the content below, and a curtain while it is paused or handed in. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";

import "./break_button";
import "./break_curtain";
import { gettext, ngettext } from "../../words/gettext";
import "./exam_banners";
import "./full_screen_curtain";
import { RoomElement } from "./room_element";
import "./self_view";
import "./status_lights";
import "./submit_dialog";
import type { SubmitDialog } from "./submit_dialog";
import "./time_left";
import "./told_list";
import "./watched_list";

/** The exam's own pages need scripts, their login and their forms; they may not move this window or open others. */
const CONTENT_SANDBOX = "allow-scripts allow-same-origin allow-forms";

export function isShownInFrame(contentUrl: string): boolean {
  return /^(https?:\/\/|\/(?!\/))/i.test(contentUrl);
}

export class ExamPage extends RoomElement {
  protected override render(): TemplateResult {
    const { session, handingIn } = this.room.view;
    return html`<header class="exam-bar">
        <h1 class="exam-title">${session.exam_title}</h1>
        <time-left .room=${this.room}></time-left>
        <status-lights class="exam-lights" .room=${this.room}></status-lights>
        ${this.room.view.cameraNeeded
          ? html`<div class="self-view exam-self-view"><self-view .room=${this.room}></self-view></div>`
          : nothing}
        <chat-button .room=${this.room}></chat-button>
        <break-button .room=${this.room}></break-button>
        <button type="button" class="btn btn-primary" data-action="submit" ?disabled=${handingIn !== "no"} @click=${() => this.ask()}>
          ${gettext("Submit")}
        </button>
      </header>
      <div class="exam-banners"><exam-banners .room=${this.room}></exam-banners></div>
      <div class="exam-body">${this.curtain()}<full-screen-curtain .room=${this.room}></full-screen-curtain> ${this.ownTab()}${this.content()}</div>
      <footer class="exam-foot"><told-list .room=${this.room}></told-list><watched-list .room=${this.room}></watched-list></footer>
      <submit-dialog .room=${this.room}></submit-dialog>`;
  }

  private content(): TemplateResult {
    const { session } = this.room.view;
    const instructions = session.instructions === "" ? nothing : html`<div class="exam-instructions">${session.instructions}</div>`;
    if (!isShownInFrame(session.content_url)) {
      return html`<article class="exam-paper">${instructions === nothing ? html`<p>${gettext("This exam has no instructions.")}</p>` : instructions}</article>`;
    }
    return html`${instructions === nothing
        ? nothing
        : html`<details class="exam-notes"><summary>${gettext("Instructions")}</summary>${instructions}</details>`}
      <iframe
        class="exam-content"
        title=${session.exam_title}
        sandbox=${CONTENT_SANDBOX}
        referrerpolicy="no-referrer"
        src=${session.content_url}
      ></iframe>`;
  }

  /** Where more tabs are allowed, the questions may stand beside this page. */
  private ownTab(): TemplateResult | typeof nothing {
    const { content_url: url, allowed_tabs: tabs } = this.room.view.session;
    if (tabs < 2 || !isShownInFrame(url)) return nothing;
    const words = ngettext(
      "You may use %(count)s tab for this exam, this one included.",
      "You may use %(count)s tabs for this exam, this one included.",
      tabs,
    );
    return html`<p class="exam-own-tab">
      <a href=${url} target="_blank" rel="noopener noreferrer" @click=${() => this.room.tabs.contentOpened()}
        >${gettext("Open the questions in a tab of their own")}</a
      >
      <span class="quiet">${words}</span>
    </p>`;
  }

  private curtain(): TemplateResult | typeof nothing {
    const { session, handingIn } = this.room.view;
    if (handingIn === "time_up") return curtain(gettext("Time is up"), gettext("Your exam is being handed in. Please wait a moment."));
    if (handingIn === "asked") return curtain(gettext("Handing in…"), gettext("Please keep this page open for a moment."));
    if (session.state !== "paused") return nothing;
    if (session.breaks?.remaining_ms != null) return html`<break-curtain .room=${this.room}></break-curtain>`;
    return curtain(gettext("The exam is paused"), pauseWords(session.paused_at ?? null));
  }

  private ask(): void {
    this.querySelector<SubmitDialog>("submit-dialog")?.open();
  }
}

/** Who and since when; the clock of the pause is the reader's own. */
export function pauseWords(pausedAt: string | null): string {
  const rest = gettext("The clock stands still, and neither camera, microphone nor screen is watched. It goes on by itself when a proctor lets it.");
  if (pausedAt === null) return rest;
  const time = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" }).format(new Date(pausedAt));
  return `${gettext("A proctor of your institution paused it at %(time)s.", { time })} ${rest}`;
}

function curtain(title: string, words: string): TemplateResult {
  return html`<div class="exam-curtain" role="status">
    <h2>${title}</h2>
    <p>${words}</p>
  </div>`;
}

customElements.define("exam-page", ExamPage);
