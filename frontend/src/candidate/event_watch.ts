/** Listens to the browser and says what happened, in the words of the protocol; contents are never read, only lengths. */

import type { EventDetail, EventName, UnnumberedEvent } from "../protocol/messages";
import { Attention } from "./attention";

/** A click into the exam's frame takes the focus from this window without an event when it later leaves: so look regularly. */
const LOOK_INTERVAL_MS = 500;

export interface EventWatchOptions {
  readonly nowMs: () => number;
  readonly isFullScreenRequired: () => boolean;
  readonly emit: (event: UnnumberedEvent) => void;
}

export class EventWatch {
  private readonly attention = new Attention();
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
    this.listen(document, "fullscreenchange", () => this.fullScreenChanged());
    this.listen(document, "copy", () => this.tell("copy", { length: selectedLength() }));
    this.listen(document, "cut", () => this.tell("cut", { length: selectedLength() }));
    this.listen(document, "paste", (event) => this.tell("paste", { length: pastedLength(event as ClipboardEvent) }));
    this.listen(document, "contextmenu", () => this.tell("context_menu"));
    this.listen(window, "offline", () => this.wentOffline());
    this.listen(window, "online", () => this.cameOnline());
    const timer = setInterval(look, LOOK_INTERVAL_MS);
    this.stops.push(() => clearInterval(timer));
  }

  stop(): void {
    for (const stop of this.stops.splice(0)) stop();
  }

  private look(): void {
    const hidden = document.visibilityState === "hidden";
    for (const event of this.attention.observe(this.options.nowMs(), hidden, document.hasFocus())) this.options.emit(event);
  }

  /** The rule that reads this says that full screen was required. */
  private fullScreenChanged(): void {
    if (!this.options.isFullScreenRequired()) return;
    this.tell(document.fullscreenElement === null ? "full_screen_left" : "full_screen_entered");
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
