/** Pieces on their way: kept until the server has them, brought one at a time, again after a while where that fails. */

import type { ReconnectPolicy } from "../../socket/reconnect";
import { RequestRefused } from "../requests";
import type { Piece, UnnumberedPiece } from "./piece";
import type { PieceStore } from "./piece_store";

export interface OutboxOptions {
  readonly store: PieceStore;
  readonly policy: ReconnectPolicy;
  readonly upload: (piece: Piece) => Promise<void>;
  /** What may leave this computer now. */
  readonly isWanted: (piece: UnnumberedPiece) => boolean;
  /** What may be forgotten though nobody has it. */
  readonly isStale: (piece: UnnumberedPiece) => boolean;
  readonly onWaiting: (pieces: number) => void;
}

export class Outbox {
  private least = new Map<UnnumberedPiece["source"], number>();
  private attempt = 0;
  private working: Promise<void> | null = null;
  private again = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private adding: Promise<unknown> = Promise.resolve();
  private isClosed = false;

  constructor(private readonly options: OutboxOptions) {}

  /** The server's numbers go on here, whatever this browser remembers. */
  numbersFrom(source: UnnumberedPiece["source"], seq: number): void {
    this.least.set(source, seq);
  }

  async add(piece: UnnumberedPiece): Promise<void> {
    // What could not be kept before does not keep the next one out.
    this.adding = this.adding.catch(() => undefined).then(() => this.options.store.add(piece, this.least.get(piece.source) ?? 1));
    await this.adding;
    this.look();
  }

  /** Something is wanted, or the line is back. */
  look(): void {
    if (this.isClosed) return;
    clearTimeout(this.timer);
    this.again = true;
    this.working ??= this.work().finally(() => (this.working = null));
  }

  /** How many wanted pieces the server does not have yet. */
  async waiting(): Promise<number> {
    await this.adding.catch(() => undefined);
    return (await this.options.store.all()).filter((piece) => this.options.isWanted(piece)).length;
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
  }

  private async work(): Promise<void> {
    while (this.again && !this.isClosed) {
      this.again = false;
      await this.forgetStale();
      const [next] = (await this.options.store.all()).filter((piece) => this.options.isWanted(piece));
      this.options.onWaiting(await this.waiting());
      if (next === undefined) return;
      this.again = await this.bring(next);
    }
  }

  /** Whether to go on at once. */
  private async bring(piece: Piece): Promise<boolean> {
    try {
      await this.options.upload(piece);
    } catch (error) {
      if (!(error instanceof RequestRefused)) {
        this.timer = setTimeout(() => this.look(), this.options.policy.delayMs((this.attempt += 1)));
        return false;
      }
      console.warn("a piece of video is not taken", piece.source, piece.seq, error.code, error.message);
    }
    this.attempt = 0;
    await this.options.store.forget(piece.source, piece.seq);
    return true;
  }

  private async forgetStale(): Promise<void> {
    for (const piece of await this.options.store.all()) {
      if (!this.options.isWanted(piece) && this.options.isStale(piece)) await this.options.store.forget(piece.source, piece.seq);
    }
  }
}
