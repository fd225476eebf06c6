/** What is recorded of a sitting: recorders that follow the streams, pieces kept here, and those wanted on their way. */

import type { RecordingWelcome, Source, Wanted } from "../../protocol/captures";
import { JitteredBackoff } from "../../socket/reconnect";
import type { RecordingConfig, RecordingState } from "../recording_part";
import { IndexedDbPieceStore } from "./indexed_db_piece_store";
import { Outbox } from "./outbox";
import { endMs } from "./piece";
import type { UnnumberedPiece } from "./piece";
import { PieceRecorder } from "./piece_recorder";
import { MemoryPieceStore } from "./piece_store";
import type { PieceStore } from "./piece_store";
import { uploadPiece } from "./piece_uploader";
import { WantedMoments } from "./wanted";

/** The word that a last moment is wanted travels beside the one that the exam is over. */
const LAST_WISHES_MS = 1500;
const LOOK_MS = 200;
/** Longer than a slow line needs for some pieces; nobody is kept on this page for ever. */
const LONGEST_WAIT_MS = 60_000;

export type Tracks = Readonly<Partial<Record<Source, readonly MediaStreamTrack[]>>>;

export interface RecordingOptions {
  readonly config: RecordingConfig;
  readonly store: PieceStore;
  readonly tracks: () => Tracks;
  readonly nowMs: () => number;
  readonly onChange: (state: RecordingState) => void;
  readonly upload?: typeof uploadPiece;
}

export class Recording {
  private readonly wanted = new WantedMoments();
  private readonly outbox: Outbox;
  private readonly recorders: ReadonlyMap<Source, PieceRecorder>;
  private state: RecordingState = { status: "off", waiting: 0 };
  private isRunning = false;

  constructor(private readonly options: RecordingOptions) {
    const { config, store, upload = uploadPiece } = options;
    this.outbox = new Outbox({
      store,
      policy: new JitteredBackoff(),
      upload: (piece) => upload(config, piece),
      isWanted: (piece) => config.mode === "full" || this.wanted.touches(piece),
      isStale: (piece) => config.mode === "flagged" && endMs(piece) < options.nowMs() - config.ring_ms,
      onWaiting: (waiting) => this.become({ waiting }),
    });
    this.recorders = new Map(config.sources.map((source) => [source, this.recorder(source)]));
  }

  welcomed({ next_seq, wanted }: RecordingWelcome): void {
    for (const source of this.options.config.sources) this.outbox.numbersFrom(source, next_seq[source] ?? 1);
    this.wanted.replace(wanted);
    this.outbox.look();
  }

  capture(wanted: Wanted): void {
    this.wanted.add(wanted);
    this.outbox.look();
  }

  /** Record while the exam runs, what there is to record. */
  follow(isRunning: boolean): void {
    this.isRunning = isRunning;
    const tracks = this.options.tracks();
    for (const [source, recorder] of this.recorders) {
      const isThere = tracks[source]?.some(({ kind, readyState }) => kind === "video" && readyState === "live") ?? false;
      if (isRunning && isThere) recorder.start();
      else if (recorder.isRunning) void recorder.stop();
    }
    this.showStatus();
  }

  /** The exam is over: the last pieces go, as far as the line lets them; nothing stays behind here. */
  async finish(): Promise<void> {
    this.isRunning = false;
    await Promise.all([...this.recorders.values()].map((recorder) => recorder.stop()));
    this.showStatus();
    this.outbox.look();
    const flagged = this.options.config.mode === "flagged";
    for (let waitedMs = 0; waitedMs < LONGEST_WAIT_MS; waitedMs += LOOK_MS) {
      const mayBeAsked = flagged && waitedMs < LAST_WISHES_MS;
      if (!mayBeAsked && (await this.outbox.waiting()) === 0) break;
      await pause(LOOK_MS);
    }
    if ((await this.outbox.waiting()) === 0) await this.options.store.forgetEverything();
  }

  end(): void {
    for (const recorder of this.recorders.values()) void recorder.stop();
    this.outbox.close();
    this.options.store.close();
  }

  private recorder(source: Source): PieceRecorder {
    const { config, nowMs } = this.options;
    return new PieceRecorder({
      source,
      tracks: () => this.options.tracks()[source] ?? [],
      pieceMs: config.piece_ms,
      videoBps: config.video_bps,
      audioBps: config.audio_bps,
      nowMs,
      onPiece: (piece) => void this.keep(piece),
      onProblem: (error) => this.failed(error),
    });
  }

  private async keep(piece: UnnumberedPiece): Promise<void> {
    try {
      await this.outbox.add(piece);
    } catch (error) {
      this.failed(error);
    }
  }

  private failed(error: unknown): void {
    console.warn("recording failed", error);
    this.become({ status: "failed" });
  }

  private showStatus(): void {
    const isOn = this.isRunning && [...this.recorders.values()].some(({ isRunning }) => isRunning);
    this.become({ status: isOn ? "on" : "off" });
  }

  private become(change: Partial<RecordingState>): void {
    this.state = { ...this.state, ...change };
    this.options.onChange(this.state);
  }
}

/** Some private windows refuse a database: then pieces at least survive a lost line. */
export async function openPieceStore(sessionId: string): Promise<PieceStore> {
  try {
    return await IndexedDbPieceStore.open(sessionId, indexedDB);
  } catch (error) {
    console.warn("pieces of video are kept in memory only", error);
    return new MemoryPieceStore();
  }
}

function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}
