/** Kept pictures in a database of their own: they survive a reload and a crash, and are gone with the exam. */

import type { FrameStore, KeptFrame, KeptMark } from "./frame_store";
import { answer, done } from "./indexed_db";

const DATABASE_NAME = "invigil-frames";
const DATABASE_VERSION = 1;
const FRAMES = "frames";
/** What an exam left behind that was never opened again: nobody waits for it any more. */
const FORGOTTEN_AFTER_MS = 24 * 3600 * 1000;

interface Row extends KeptFrame {
  readonly session: string;
  readonly keptAtMs: number;
}

export class IndexedDbFrameStore implements FrameStore {
  private constructor(
    private readonly database: IDBDatabase,
    private readonly sessionId: string,
    private known: readonly KeptMark[],
  ) {}

  static async open(sessionId: string, factory: IDBFactory, nowMs: number = Date.now()): Promise<IndexedDbFrameStore> {
    const request = factory.open(DATABASE_NAME, DATABASE_VERSION);
    request.onupgradeneeded = () => void request.result.createObjectStore(FRAMES, { keyPath: ["session", "seq"] });
    const database = await answer(request);
    const marks = await marksOf(database, sessionId, nowMs - FORGOTTEN_AFTER_MS);
    return new IndexedDbFrameStore(database, sessionId, marks);
  }

  get marks(): readonly KeptMark[] {
    return this.known;
  }

  async add(frame: KeptFrame): Promise<void> {
    const transaction = this.database.transaction(FRAMES, "readwrite");
    transaction.objectStore(FRAMES).put({ ...frame, session: this.sessionId, keptAtMs: Date.now() } satisfies Row);
    await done(transaction);
    this.known = [...this.known, { seq: frame.seq, bytes: frame.jpeg.length }];
  }

  async read(seq: number): Promise<KeptFrame | null> {
    const frames = this.database.transaction(FRAMES, "readonly").objectStore(FRAMES);
    const row = await answer(frames.get([this.sessionId, seq]) as IDBRequest<Row | undefined>);
    return row === undefined ? null : { seq: row.seq, tMs: row.tMs, jpeg: row.jpeg };
  }

  async forget(seqs: readonly number[]): Promise<void> {
    const transaction = this.database.transaction(FRAMES, "readwrite");
    for (const seq of seqs) transaction.objectStore(FRAMES).delete([this.sessionId, seq]);
    await done(transaction);
    this.known = this.known.filter(({ seq }) => !seqs.includes(seq));
  }

  async forgetAll(): Promise<void> {
    const transaction = this.database.transaction(FRAMES, "readwrite");
    transaction.objectStore(FRAMES).delete(IDBKeyRange.bound([this.sessionId, 0], [this.sessionId, Infinity]));
    await done(transaction);
    this.known = [];
  }

  close(): void {
    this.database.close();
  }
}

/** This session's pictures; those that any exam forgot here are deleted on the way. */
async function marksOf(database: IDBDatabase, sessionId: string, forgottenBeforeMs: number): Promise<KeptMark[]> {
  const marks: KeptMark[] = [];
  const transaction = database.transaction(FRAMES, "readwrite");
  const request = transaction.objectStore(FRAMES).openCursor();
  request.onsuccess = () => {
    const cursor = request.result;
    if (cursor === null) return;
    const row = cursor.value as Row;
    if (row.keptAtMs < forgottenBeforeMs) cursor.delete();
    else if (row.session === sessionId) marks.push({ seq: row.seq, bytes: row.jpeg.length });
    cursor.continue();
  };
  await done(transaction);
  return marks;
}
