/** Frames are samples: one in flight, the newest replaces the one that waits, and a slow line gets fewer. */

import { encodeFrame, FrameError, KIND_WEBCAM_JPEG } from "../protocol/frame_header";
import type { ClientSettings } from "../protocol/messages";
import { FramePace } from "./frame_pace";

/** Longer than an answer takes even on a slow line: this line is dead, whatever the browser says. */
const STUCK_AFTER_MS = 8000;

export interface FrameSenderOptions {
  readonly capture: (settings: ClientSettings) => Promise<Uint8Array | null>;
  readonly nowMs: () => number;
  /** False when the socket cannot take the frame now. */
  readonly send: (message: Uint8Array<ArrayBuffer>) => boolean;
  /** Pictures go less often than wished, or as often again. */
  readonly onPace?: (isSlow: boolean) => void;
}

interface Picture {
  readonly tMs: number;
  readonly jpeg: Uint8Array;
}

export class FrameSender {
  private settings: ClientSettings | null = null;
  private pace: FramePace | null = null;
  private nextSeq = 1;
  private inFlightSeq: number | null = null;
  private sentAtMs = 0;
  private waiting: Picture | null = null;
  private capturing = false;
  private tickTimer: ReturnType<typeof setTimeout> | undefined;
  private ackTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: FrameSenderOptions) {}

  /** The socket is open; may be called again with other settings. */
  start(settings: ClientSettings, nextSeq: number): void {
    this.stop();
    this.settings = settings;
    this.pace = new FramePace(settings);
    this.nextSeq = Math.max(this.nextSeq, nextSeq);
    this.tickLater();
  }

  stop(): void {
    clearTimeout(this.tickTimer);
    clearTimeout(this.ackTimer);
    this.settings = null;
    this.inFlightSeq = null;
    this.waiting = null;
    this.capturing = false;
  }

  acknowledged(seq: number): void {
    if (seq === this.inFlightSeq) this.freeSlot();
  }

  /** A picture waits for its answer for longer than any line takes. */
  get isStuck(): boolean {
    return this.inFlightSeq !== null && performance.now() - this.sentAtMs > STUCK_AFTER_MS;
  }

  /** A number for a picture that is kept; no other one gets it. */
  takeNumber(): number {
    this.nextSeq += 1;
    return this.nextSeq - 1;
  }

  private tickLater(): void {
    this.tickTimer = setTimeout(() => void this.tick(), this.pace?.settings.frame_interval_ms ?? 0);
  }

  private async tick(): Promise<void> {
    if (this.pace === null || this.settings === null) return;
    this.tickLater();
    if (this.capturing) return;
    this.capturing = true;
    const tMs = this.options.nowMs();
    try {
      const jpeg = await this.options.capture(this.pace.settings);
      if (jpeg !== null) this.offer({ tMs, jpeg });
    } finally {
      this.capturing = false;
    }
  }

  private offer(picture: Picture): void {
    if (this.settings === null) return;
    if (this.inFlightSeq === null) this.transmit(picture, this.settings);
    else this.waiting = picture;
  }

  private transmit(picture: Picture, settings: ClientSettings): void {
    const message = this.encode(picture);
    if (message === null || !this.options.send(message)) return;
    this.inFlightSeq = this.takeNumber();
    this.sentAtMs = performance.now();
    this.pace?.sent(message.length);
    this.ackTimer = setTimeout(() => this.freeSlot(), settings.ack_timeout_ms);
  }

  private encode({ tMs, jpeg }: Picture): Uint8Array<ArrayBuffer> | null {
    try {
      return encodeFrame({ kind: KIND_WEBCAM_JPEG, seq: this.nextSeq, tMs }, jpeg);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      // A picture that cannot be sent is a sample less, which the server sees as a gap in coverage.
      console.warn("a picture was not sent", error.message);
      return null;
    }
  }

  private freeSlot(): void {
    clearTimeout(this.ackTimer);
    this.inFlightSeq = null;
    this.pace?.answered(performance.now() - this.sentAtMs);
    this.options.onPace?.(this.pace?.isSlow ?? false);
    const picture = this.waiting;
    this.waiting = null;
    if (picture !== null) this.offer(picture);
  }
}
