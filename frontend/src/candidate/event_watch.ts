/** Listens to the browser and says what happened, in the words of the protocol; contents are never read, only lengths. */

import type { EventDetail, EventName, UnnumberedEvent } from "../protocol/messages";
import { Attention } from "./attention";

/** A click into the exam's frame takes the focus from this window without an event when it later leaves: so look regularly. */
const LOOK_INTERVAL_MS = 500;

export interface EventWatchOptions {
  readonly nowMs: () => number;
  /** In a pause nobody is watched. */
  readonly isWatched: () => boolean;
  /** Then being elsewhere is noted under another name, which no rule looks at. */
  readonly mayUseOtherTabs: () => boolean;
  readonly emit: (event: UnnumberedEvent) => void;
}

export class EventWatch {
  private attention = new Attention();
  private readonly stops: (() => void)[] = [];
  private offlineSinceMs: number | null = null;

  constructor(private readonly options: EventWatchOptions) {}

  start(): void {
    if (this.stops.length > 0) return;
    const look = (): void => this.look();
    this.listen(document, "visibilitychange", look);
    // A reload hides the page too, but that is not leaving the exam: it is told as page_loaded.
    this.listen(window, "pagehide", () => this.stop());
    this.listen(window, "blur", look);
    this.listen(window, "focus", look);
    this.listen(document, "copy", () => this.tellWatched("copy", { length: selectedLength() }));
    this.listen(document, "cut", () => this.tellWatched("cut", { length: selectedLength() }));
    this.listen(document, "paste", (event) => this.tellWatched("paste", { length: pastedLength(event as ClipboardEvent) }));
    this.listen(document, "contextmenu", () => this.tellWatched("context_menu"));
    this.listen(window, "offline", () => this.wentOffline());
    this.listen(window, "online", () => this.cameOnline());
    const timer = setInterval(look, LOOK_INTERVAL_MS);
    this.stops.push(() => clearInterval(timer));
  }

  stop(): void {
    for (const stop of this.stops.splice(0)) stop();
  }

  private look(): void {
    if (!this.options.isWatched()) {
      // What lasted until a pause ended with it; whoever is still away after it leaves anew.
      this.attention = new Attention();
      return;
    }
    const hidden = document.visibilityState === "hidden";
    for (const event of this.attention.observe(this.options.nowMs(), hidden, document.hasFocus())) this.options.emit(this.named(event));
  }

  private named(event: UnnumberedEvent): UnnumberedEvent {
    if (!this.options.mayUseOtherTabs()) return event;
    const left = event.ev === "tab_hidden" || event.ev === "window_blur";
    return { ...event, ev: left ? "other_tab" : "other_tab_left" };
  }

  private tellWatched(ev: EventName, detail?: EventDetail): void {
    if (this.options.isWatched()) this.tell(ev, detail);
  }

  private wentOffline(): void {
    this.offlineSinceMs = this.options.nowMs();
    this.tell("offline");
  }

  private cameOnline(): void {
    const sinceMs = this.offlineSinceMs;
    this.offlineSinceMs = null;
    this.tell("online", sinceMs === null ? undefined : { duration_ms: this.options.nowMs() - sinceMs });
  }

  private tell(ev: EventName, detail?: EventDetail): void {
    this.options.emit({ t: this.options.nowMs(), ev, n: 1, ...(detail && { detail }) });
  }

  private listen(target: EventTarget, type: string, handler: (event: Event) => void): void {
    target.addEventListener(type, handler);
    this.stops.push(() => target.removeEventListener(type, handler));
  }
}

function selectedLength(): number {
  const field = document.activeElement;
  if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) {
    return Math.abs((field.selectionEnd ?? 0) - (field.selectionStart ?? 0));
  }
  return document.getSelection()?.toString().length ?? 0;
}

function pastedLength(event: ClipboardEvent): number {
  return event.clipboardData?.getData("text/plain").length ?? 0;
}
