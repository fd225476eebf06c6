/** The screen, where the exam watches it: shared on a click, noticed when it is not, shown now and then as a picture. */

import { encodeFrame, FrameError, KIND_SCREEN_JPEG } from "../protocol/frame_header";
import type { ClientSettings, SessionView, Welcome } from "../protocol/messages";
import { FrameCapture } from "./frame_capture";
import type { RoomHost, RoomPart } from "./room_part";
import { isInExam } from "./room_view";
import { ScreenFacts } from "./screen_facts";
import { ScreenShare } from "./screen_share";
import type { DisplayMedia, ScreenState } from "./screen_share";

const PICTURE_INTERVAL_MS = 5000;
/** On a slow line only every third picture goes. */
const SLOW_EVERY = 3;
const LIMIT = { frame_width: 1280, frame_height: 1280, jpeg_quality: 0.5 } as const;

export interface Capture {
  show(stream: MediaStream | null): void;
  capture(settings: Pick<ClientSettings, "frame_width" | "frame_height" | "jpeg_quality">): Promise<Uint8Array | null>;
}

export class ScreenPart implements RoomPart {
  readonly share: ScreenShare;
  private readonly facts: ScreenFacts;
  private nextSeq: number | null = null;
  private ticks = 0;
  private ended = false;
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly host: RoomHost,
    mediaDevices: DisplayMedia | undefined = navigator.mediaDevices,
    private readonly capture: Capture = new FrameCapture(),
    storage: Pick<Storage, "getItem" | "setItem"> = sessionStorage,
  ) {
    this.facts = new ScreenFacts(host.config.session.id, storage);
    this.share = new ScreenShare(mediaDevices, (screen) => this.changed(screen));
  }

  /** Null while nothing is shared. */
  get stream(): MediaStream | null {
    return this.share.stream;
  }

  begin(): void {
    if (this.host.config.watch_screen !== true) return;
    this.share.want();
    this.timer = setInterval(() => void this.tick(), PICTURE_INTERVAL_MS);
  }

  welcomed({ next_seq }: Welcome): void {
    if (next_seq.screen !== undefined) this.nextSeq = Math.max(this.nextSeq ?? 1, next_seq.screen);
  }

  sessionChanged(session: SessionView): void {
    if (isInExam(session)) this.note();
  }

  end(): void {
    clearInterval(this.timer);
    this.ended = true;
    this.share.close();
  }

  /** Call from a click: a browser asks only whoever asked. */
  open(): Promise<void> {
    return this.share.open();
  }

  /** Before the start: without it, and a person decides. */
  goWithout(): void {
    this.host.show({ screenSkipped: true });
  }

  private changed(screen: ScreenState): void {
    this.capture.show(screen.status === "on" ? screen.stream : null);
    this.host.show({ screen });
    this.note();
  }

  private note(): void {
    if (this.ended || this.host.view.session.state !== "running") return;
    const event = this.facts.observe(this.share.state);
    if (event !== null) this.host.tell(event);
  }

  private async tick(): Promise<void> {
    this.ticks += 1;
    const { session, slowLine } = this.host.view;
    if (session.state !== "running" || this.nextSeq === null || this.stream === null) return;
    if (slowLine && this.ticks % SLOW_EVERY !== 0) return;
    const tMs = this.host.nowMs();
    const jpeg = await this.capture.capture(LIMIT);
    if (jpeg !== null && this.send(jpeg, tMs)) this.nextSeq += 1;
  }

  private send(jpeg: Uint8Array, tMs: number): boolean {
    try {
      return this.host.send(encodeFrame({ kind: KIND_SCREEN_JPEG, seq: this.nextSeq ?? 1, tMs }, jpeg));
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      console.warn("a picture of the screen was not sent", error.message);
      return false;
    }
  }
}
