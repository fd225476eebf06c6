/** Frames are samples: one in flight, the newest replaces the one that waits, what is late is never sent. */

import { encodeFrame, FrameError, KIND_WEBCAM_JPEG } from "../protocol/frame_header";
import type { ClientSettings } from "../protocol/messages";

export interface FrameSenderOptions {
  readonly capture: (settings: ClientSettings) => Promise<Uint8Array | null>;
  readonly nowMs: () => number;
  /** False when the socket cannot take the frame now. */
  readonly send: (message: Uint8Array<ArrayBuffer>) => boolean;
}

interface Picture {
  readonly tMs: number;
  readonly jpeg: Uint8Array;
}

export class FrameSender {
  private settings: ClientSettings | null = null;
  private nextSeq = 1;
  private inFlightSeq: number | null = null;
  private waiting: Picture | null = null;
  private capturing = false;
  private interval: ReturnType<typeof setInterval> | undefined;
  private ackTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: FrameSenderOptions) {}

  /** The socket is open; may be called again with other settings. */
  start(settings: ClientSettings, nextSeq: number): void {
    this.stop();
    this.settings = settings;
    this.nextSeq = Math.max(this.nextSeq, nextSeq);
    this.interval = setInterval(() => void this.tick(), settings.frame_interval_ms);
  }

  stop(): void {
    clearInterval(this.interval);
    clearTimeout(this.ackTimer);
    this.settings = null;
    this.inFlightSeq = null;
    this.waiting = null;
    this.capturing = false;
  }

  acknowledged(seq: number): void {
    if (seq === this.inFlightSeq) this.freeSlot();
  }

  private async tick(): Promise<void> {
    if (this.settings === null || this.capturing) return;
    this.capturing = true;
    const tMs = this.options.nowMs();
    try {
      const jpeg = await this.options.capture(this.settings);
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
    this.inFlightSeq = this.nextSeq;
    this.nextSeq += 1;
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
    const picture = this.waiting;
    this.waiting = null;
    if (picture !== null) this.offer(picture);
  }
}
