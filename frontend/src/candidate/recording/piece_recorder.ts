/** Records tracks in pieces, each a video of its own: the next one begins before the last one ends. */

import type { Source } from "../../protocol/captures";
import type { UnnumberedPiece } from "./piece";

/** What is tried in turn; VP8 is cheap enough for an old laptop. */
const WITH_SOUND = ["video/webm;codecs=vp8,opus", "video/webm", "video/mp4"];
const SILENT = ["video/webm;codecs=vp8", "video/webm", "video/mp4"];

export interface PieceRecorderOptions {
  readonly source: Source;
  /** Asked for anew with every piece: a microphone may come later, or go. */
  readonly tracks: () => readonly MediaStreamTrack[];
  readonly pieceMs: number;
  readonly videoBps: number;
  readonly audioBps: number;
  readonly nowMs: () => number;
  readonly onPiece: (piece: UnnumberedPiece) => void;
  readonly onProblem: (error: unknown) => void;
}

interface Running {
  readonly recorder: MediaRecorder;
  readonly whole: Promise<void>;
}

export class PieceRecorder {
  private running: Running | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** When each was told to stop: its last word comes later. */
  private readonly endedMs = new WeakMap<MediaRecorder, number>();
  private handedOver: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: PieceRecorderOptions) {}

  get isRunning(): boolean {
    return this.running !== null;
  }

  start(): void {
    if (this.running === null) return this.begin();
    // Its tracks ended, and others have come.
    if (this.running.recorder.state !== "inactive") return;
    clearTimeout(this.timer);
    this.rotate();
  }

  /** Resolves when the last piece has been handed over. */
  async stop(): Promise<void> {
    clearTimeout(this.timer);
    this.finish(this.running);
    this.running = null;
    await this.handedOver;
  }

  private begin(): void {
    try {
      this.running = this.record();
    } catch (error) {
      this.running = null;
      this.options.onProblem(error);
    }
    this.timer = setTimeout(() => this.rotate(), this.options.pieceMs);
  }

  private rotate(): void {
    const last = this.running;
    this.begin();
    this.finish(last);
  }

  private record(): Running {
    const tracks = this.options.tracks().filter(({ readyState }) => readyState === "live");
    if (!tracks.some(({ kind }) => kind === "video")) throw new Error("there is no picture to record");
    const recorder = new MediaRecorder(new MediaStream([...tracks]), {
      mimeType: chosenType(tracks.some(({ kind }) => kind === "audio")),
      videoBitsPerSecond: this.options.videoBps,
      audioBitsPerSecond: this.options.audioBps,
    });
    const whole = this.collect(recorder);
    recorder.start();
    return { recorder, whole };
  }

  private collect(recorder: MediaRecorder): Promise<void> {
    const parts: Blob[] = [];
    const tMs = Math.max(0, Math.round(this.options.nowMs()));
    const begunMs = performance.now();
    recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
    recorder.addEventListener("error", (event) => this.options.onProblem(event));
    return new Promise((resolve) => {
      recorder.addEventListener("stop", () => {
        const durationMs = Math.max(1, Math.round((this.endedMs.get(recorder) ?? performance.now()) - begunMs));
        const video = new Blob(parts, { type: plainType(recorder.mimeType) });
        if (video.size > 0) this.options.onPiece({ source: this.options.source, tMs, durationMs, video });
        resolve();
      });
    });
  }

  private finish(last: Running | null): void {
    if (last === null) return;
    // A track that ended has stopped its recorder already.
    if (last.recorder.state !== "inactive") {
      this.endedMs.set(last.recorder, performance.now());
      last.recorder.stop();
    }
    this.handedOver = Promise.all([this.handedOver, last.whole]);
  }
}

function chosenType(withSound: boolean): string {
  return (withSound ? WITH_SOUND : SILENT).find((type) => MediaRecorder.isTypeSupported(type)) ?? "";
}

/** Without codecs: "video/webm". */
function plainType(type: string): string {
  return type.split(";")[0]?.trim() || "video/webm";
}
