/** Over the exam while the candidate takes a break: how long it still is, and the way back. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";

import { gettext } from "../../words/gettext";
import { clockText } from "../countdown";
import { RoomElement } from "./room_element";

const DRAW_INTERVAL_MS = 500;

export class BreakCurtain extends RoomElement {
  private timer: ReturnType<typeof setInterval> | undefined;
  private hasAsked = false;

  override connectedCallback(): void {
    super.connectedCallback();
    this.timer = setInterval(() => this.tick(), DRAW_INTERVAL_MS);
  }

  override disconnectedCallback(): void {
    clearInterval(this.timer);
    super.disconnectedCallback();
  }

  protected override render(): TemplateResult {
    const remainingMs = this.room.breaks.countdown.remainingMs();
    const { isAsking, problem } = this.room.view.breaks;
    return html`<div class="exam-curtain">
      <h2>${gettext("You are taking a break")}</h2>
      <p>${gettext("The clock of the exam stands still, and nothing is seen or heard. The exam goes on by itself when the break is over.")}</p>
      <p class="time-left" role="timer" aria-label=${gettext("Left of the break")}>${remainingMs === null ? "–:––" : clockText(remainingMs)}</p>
      <button type="button" class="btn btn-primary" data-action="break-end" ?disabled=${isAsking} @click=${() => void this.room.breaks.comeBack()}>
        ${gettext("Go on with the exam")}
      </button>
      ${problem === null ? nothing : html`<p role="alert">${problem}</p>`}
    </div>`;
  }

  private tick(): void {
    this.requestUpdate();
    if (!this.room.breaks.countdown.isOver || this.hasAsked) return;
    this.hasAsked = true;
    void this.room.breaks.comeBack();
  }
}

customElements.define("break-curtain", BreakCurtain);
