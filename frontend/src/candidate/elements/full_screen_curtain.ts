/** Full screen was left: what to do, and for how many seconds nothing is pointed out to anybody. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";

import { gettext, ngettext } from "../../words/gettext";
import type { Away } from "../full_screen_part";
import { RoomElement } from "./room_element";

const DRAW_INTERVAL_MS = 250;

/** Null when there is no time left, or none is given. */
export function secondsLeft({ sinceMs, graceMs }: Away, nowMs: number): number | null {
  if (graceMs === null) return null;
  const leftMs = sinceMs + graceMs - nowMs;
  return leftMs > 0 ? Math.ceil(leftMs / 1000) : null;
}

export function awayWords(away: Away, nowMs: number): string {
  const seconds = secondsLeft(away, nowMs);
  if (seconds !== null) {
    return ngettext(
      "Return within %(count)s second and nothing is pointed out.",
      "Return within %(count)s seconds and nothing is pointed out.",
      seconds,
    );
  }
  return away.graceMs === null
    ? gettext("This exam is taken in full screen. That you left it is noted.")
    : gettext("That you left full screen is noted, with how long. Return when you can: a person looks at it, and no program decides.");
}

export class FullScreenCurtain extends RoomElement {
  private timer: ReturnType<typeof setInterval> | undefined;
  private shownFor: number | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    this.timer = setInterval(() => this.tick(), DRAW_INTERVAL_MS);
  }

  override disconnectedCallback(): void {
    clearInterval(this.timer);
    super.disconnectedCallback();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { away, session } = this.room.view;
    if (away === null || session.state !== "running") return nothing;
    return away.refused ? this.banner(away) : this.curtain(away);
  }

  /** The keyboard is brought to the button once, when the curtain falls. */
  protected override updated(): void {
    const { away } = this.room.view;
    if (away === null || away.sinceMs === this.shownFor) return;
    this.shownFor = away.sinceMs;
    this.querySelector<HTMLButtonElement>("[data-action=full-screen]")?.focus();
  }

  private curtain(away: Away): TemplateResult {
    return html`<section class="exam-curtain" aria-labelledby="away-title">
      <div role="alert"><h2 id="away-title">${gettext("You left full screen")}</h2></div>
      <p>${awayWords(away, performance.now())}</p>
      <button type="button" class="btn btn-primary btn-lg" data-action="full-screen" @click=${() => this.room.fullScreen.enter()}>
        ${gettext("Return to full screen")}
      </button>
      <p class="quiet">${gettext("Your work is kept, and the clock goes on.")}</p>
    </section>`;
  }

  private banner(away: Away): TemplateResult {
    return html`<div class="alert alert-warning exam-banner away-banner">
      <span>${awayWords(away, performance.now())}</span>
      <button type="button" class="btn btn-outline-secondary btn-sm" data-action="full-screen" @click=${() => this.room.fullScreen.enter()}>
        ${gettext("Return to full screen")}
      </button>
    </div>`;
  }

  private tick(): void {
    if (this.room.view.away !== null) this.requestUpdate();
  }
}

customElements.define("full-screen-curtain", FullScreenCurtain);
