/** Without a line a picture every few seconds is kept; with the next line they go, one after another, behind live ones. */

import { encodeFrame, KIND_LATE_JPEG } from "../protocol/frame_header";
import type { ClientSettings, FrameOutcome, ServerMessage, SessionView, Welcome } from "../protocol/messages";
import type { FrameStore, KeptMark } from "./frame_store";
import { hasEnded } from "./room_view";

export const KEEP_INTERVAL_MS = 5000;
/** Twenty minutes without a line at one every five seconds; longer ones are thinned from their beginning. */
const MOST_FRAMES = 240;
const MOST_BYTES = 6 * 1024 * 1024;
const QUALITY = 0.6;
/** Live pictures and facts come first: on a slow line this leaves them most of the time. */
const PACE_MS = 1500;
const TRIES = 5;
const LONGEST_LAST_WORD_MS = 20_000;

export interface KeptFramesOptions {
  readonly store: FrameStore;
  /** The part of the room that is asked for; null while the camera gives nothing or nobody is watched. */
  readonly capture: (settings: ClientSettings) => Promise<Uint8Array | null>;
  /** Whether live pictures arrive now. */
  readonly lineIsAlive: () => boolean;
  /** The next number of the pictures' stream, used up. */
  readonly takeNumber: () => number;
  readonly nowMs: () => number;
  readonly send: (message: Uint8Array<ArrayBuffer>) => boolean;
}

/** Which of the kept pictures to give up so that they fit: every second one, from the oldest on. */
export function tooMany(marks: readonly KeptMark[], mostFrames: number = MOST_FRAMES, mostBytes: number = MOST_BYTES): number[] {
  let frames = marks.length;
  let bytes = marks.reduce((sum, mark) => sum + mark.bytes, 0);
  const given: number[] = [];
  for (let place = 1; place < marks.length && (frames > mostFrames || bytes > mostBytes); place += 2) {
    const mark = marks[place] as KeptMark;
    given.push(mark.seq);
    frames -= 1;
    bytes -= mark.bytes;
  }
  return given;
}

export class KeptFrames {
  private settings: ClientSettings | null = null;
  private running = false;
  private ended = false;
  private connected = false;
  private inFlight: { readonly seq: number; tries: number } | null = null;
  private keepTimer: ReturnType<typeof setInterval> | undefined;
  private sendTimer: ReturnType<typeof setTimeout> | undefined;
  private work: Promise<void> = Promise.resolve();

  constructor(private readonly options: KeptFramesOptions) {}

  /** A number that no kept picture of this browser has. */
  get firstFreeNumber(): number {
    return (this.options.store.marks.at(-1)?.seq ?? 0) + 1;
  }

  get count(): number {
    return this.options.store.marks.length;
  }

  begin(): void {
    this.keepTimer = setInterval(() => this.tick(), KEEP_INTERVAL_MS);
  }

  welcomed(welcome: Welcome): void {
    this.settings = welcome.client;
    this.connected = true;
    this.inFlight = null;
    this.sendSoon();
  }

  interrupted(): void {
    this.connected = false;
    this.inFlight = null;
    clearTimeout(this.sendTimer);
  }

  sessionChanged(session: SessionView): void {
    this.running = session.state === "running";
    this.ended = hasEnded(session);
    if (this.ended) clearInterval(this.keepTimer);
  }

  received(message: ServerMessage): void {
    if (message.type === "ack" && message.stream === "late") this.acknowledged(message.seq, message.outcome);
  }

  /** The page is left after what was kept has gone, or soon; then nothing of it stays here. */
  async lastWord(): Promise<void> {
    this.sendSoon();
    for (let waitedMs = 0; waitedMs < LONGEST_LAST_WORD_MS && this.count > 0; waitedMs += 100) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await this.work;
    // Whoever is done is never held back by a browser that keeps something for itself.
    await this.options.store.forgetAll().catch((error: unknown) => console.warn("the browser kept pictures", error));
  }

  end(): void {
    clearInterval(this.keepTimer);
    clearTimeout(this.sendTimer);
    this.options.store.close();
  }

  private tick(): void {
    if (!this.running || this.settings === null || this.options.lineIsAlive()) return;
    void this.inTurn(() => this.keep());
  }

  private async keep(): Promise<void> {
    if (this.settings === null) return;
    const tMs = this.options.nowMs();
    const jpeg = await this.options.capture({ ...this.settings, jpeg_quality: Math.min(QUALITY, this.settings.jpeg_quality) });
    // The line may have come back meanwhile: then live pictures are newer, and their numbers as well.
    if (jpeg === null || !this.running || this.options.lineIsAlive()) return;
    const { store } = this.options;
    await store.add({ seq: this.options.takeNumber(), tMs, jpeg });
    const given = tooMany(store.marks);
    if (given.length > 0) await store.forget(given);
  }

  private sendSoon(): void {
    clearTimeout(this.sendTimer);
    if (!this.connected || this.count === 0) return;
    this.sendTimer = setTimeout(() => void this.inTurn(() => this.sendOldest()), this.ended ? 0 : PACE_MS);
  }

  private async sendOldest(): Promise<void> {
    const { store, send } = this.options;
    const oldest = store.marks[0];
    if (!this.connected || this.settings === null || oldest === undefined) return;
    const frame = await store.read(oldest.seq);
    if (frame === null) return store.forget([oldest.seq]);
    const message = encodeFrame({ kind: KIND_LATE_JPEG, seq: frame.seq, tMs: frame.tMs }, frame.jpeg);
    const tries = this.inFlight?.seq === frame.seq ? this.inFlight.tries + 1 : 1;
    if (send(message)) this.inFlight = { seq: frame.seq, tries };
    // Whether it went or not: without an answer it is tried again.
    clearTimeout(this.sendTimer);
    this.sendTimer = setTimeout(() => this.sendSoon(), this.settings.ack_timeout_ms);
  }

  private acknowledged(seq: number, outcome: FrameOutcome): void {
    const tries = this.inFlight?.seq === seq ? this.inFlight.tries : 1;
    void this.inTurn(async () => {
      // What nobody could look at just now is brought again, but not for ever.
      if (outcome !== "unavailable" || tries >= TRIES) await this.options.store.forget([seq]);
      this.sendSoon();
    });
  }

  private inTurn(step: () => Promise<void>): Promise<void> {
    this.work = this.work.then(step).catch((error: unknown) => console.error("kept pictures wait: the browser refused", error));
    return this.work;
  }
}
