/** The countdown: seconds for the eye, ten, five and one minute for the ear. */

import { html } from "lit";
import type { TemplateResult } from "lit";

import { clockText } from "../countdown";
import { RoomElement } from "./room_element";
import { gettext } from "../../words/gettext";

const DRAW_INTERVAL_MS = 250;
const SHORT_MS = 5 * 60_000;

export class TimeLeft extends RoomElement {
  private timer: ReturnType<typeof setInterval> | undefined;
  private spoken = "";

  override connectedCallback(): void {
    super.connectedCallback();
    this.timer = setInterval(() => this.requestUpdate(), DRAW_INTERVAL_MS);
  }

  override disconnectedCallback(): void {
    clearInterval(this.timer);
    super.disconnectedCallback();
  }

  protected override render(): TemplateResult {
    const remainingMs = this.room.countdown.remainingMs();
    this.spoken = this.room.countdown.announcement() ?? this.spoken;
    const short = remainingMs !== null && remainingMs <= SHORT_MS;
    return html`<span class="time-left ${short ? "time-left-short" : ""}" role="timer" aria-label=${gettext("Time left")}
        >${remainingMs === null ? "–:––" : clockText(remainingMs)}</span
      ><span class="visually-hidden" aria-live="polite">${this.spoken}</span>`;
  }
}

customElements.define("time-left", TimeLeft);
