/** From "is the page hidden, has it the focus" to the events that say when the candidate was elsewhere. */

import type { UnnumberedEvent } from "../protocol/messages";

/** Leaving a tab takes the focus first and hides the page a moment later: together they are one event. */
const MERGE_MS = 500;
/** A shorter loss of focus is a browser's own bubble, a notification, a slip. */
const SHORTEST_BLUR_MS = 1000;

export class Attention {
  private hiddenSinceMs: number | null = null;
  private unfocusedSinceMs: number | null = null;
  private blurTold = false;

  observe(nowMs: number, hidden: boolean, focused: boolean): readonly UnnumberedEvent[] {
    const events: UnnumberedEvent[] = [];
    if (hidden) this.observeHidden(nowMs, events);
    else {
      this.observeVisible(nowMs, events);
      if (focused) this.observeFocused(nowMs, events);
      else this.observeUnfocused(nowMs, events);
    }
    return events;
  }

  private observeHidden(nowMs: number, events: UnnumberedEvent[]): void {
    if (this.hiddenSinceMs !== null) return;
    const blurMs = this.blurTold ? null : this.unfocusedSinceMs;
    this.hiddenSinceMs = blurMs !== null && nowMs - blurMs <= MERGE_MS ? blurMs : nowMs;
    events.push({ t: this.hiddenSinceMs, ev: "tab_hidden", n: 1 });
  }

  private observeVisible(nowMs: number, events: UnnumberedEvent[]): void {
    if (this.hiddenSinceMs === null) return;
    events.push({ t: nowMs, ev: "tab_visible", n: 1, detail: { duration_ms: nowMs - this.hiddenSinceMs } });
    this.hiddenSinceMs = null;
    if (!this.blurTold) this.unfocusedSinceMs = null;
  }

  private observeFocused(nowMs: number, events: UnnumberedEvent[]): void {
    if (this.blurTold && this.unfocusedSinceMs !== null) {
      events.push({ t: nowMs, ev: "window_focus", n: 1, detail: { duration_ms: nowMs - this.unfocusedSinceMs } });
    }
    this.unfocusedSinceMs = null;
    this.blurTold = false;
  }

  private observeUnfocused(nowMs: number, events: UnnumberedEvent[]): void {
    this.unfocusedSinceMs ??= nowMs;
    if (this.blurTold || nowMs - this.unfocusedSinceMs < SHORTEST_BLUR_MS) return;
    this.blurTold = true;
    events.push({ t: this.unfocusedSinceMs, ev: "window_blur", n: 1 });
  }
}
