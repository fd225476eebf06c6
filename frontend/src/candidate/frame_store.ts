/** Pictures that wait for a line: in IndexedDB, or in memory where the browser refuses it; never more than a few. */

export interface KeptFrame {
  readonly seq: number;
  readonly tMs: number;
  readonly jpeg: Uint8Array;
}

/** What is known of a kept picture without reading it. */
export interface KeptMark {
  readonly seq: number;
  readonly bytes: number;
}

export interface FrameStore {
  /** Oldest first. */
  readonly marks: readonly KeptMark[];
  add(frame: KeptFrame): Promise<void>;
  read(seq: number): Promise<KeptFrame | null>;
  forget(seqs: readonly number[]): Promise<void>;
  forgetAll(): Promise<void>;
  close(): void;
}

export class MemoryFrameStore implements FrameStore {
  private readonly frames = new Map<number, KeptFrame>();

  get marks(): readonly KeptMark[] {
    return [...this.frames.values()].map(({ seq, jpeg }) => ({ seq, bytes: jpeg.length }));
  }

  add(frame: KeptFrame): Promise<void> {
    this.frames.set(frame.seq, frame);
    return Promise.resolve();
  }

  read(seq: number): Promise<KeptFrame | null> {
    return Promise.resolve(this.frames.get(seq) ?? null);
  }

  forget(seqs: readonly number[]): Promise<void> {
    for (const seq of seqs) this.frames.delete(seq);
    return Promise.resolve();
  }

  forgetAll(): Promise<void> {
    this.frames.clear();
    return Promise.resolve();
  }

  close(): void {
    this.frames.clear();
  }
}
