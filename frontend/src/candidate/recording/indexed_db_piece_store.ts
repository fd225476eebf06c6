/** Pieces in the browser's database, by session. */

import type { Source } from "../../protocol/captures";
import { answer, done } from "../indexed_db";
import type { Piece, UnnumberedPiece } from "./piece";
import type { PieceStore } from "./piece_store";

const DATABASE_NAME = "invigil-recording";
const DATABASE_VERSION = 1;
const PIECES = "pieces";
const COUNTERS = "counters";
/** What another sitting left behind (a crash, a browser that was closed) is forgotten after this. */
const KEPT_MS = 24 * 3600 * 1000;

interface KeptPiece extends Piece {
  readonly session: string;
  readonly keptAtMs: number;
}

interface Counter {
  readonly session: string;
  readonly source: Source;
  readonly highest: number;
}

export class IndexedDbPieceStore implements PieceStore {
  private constructor(
    private readonly database: IDBDatabase,
    private readonly sessionId: string,
  ) {}

  static async open(sessionId: string, factory: IDBFactory): Promise<IndexedDbPieceStore> {
    const request = factory.open(DATABASE_NAME, DATABASE_VERSION);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(PIECES, { keyPath: ["session", "source", "seq"] });
      request.result.createObjectStore(COUNTERS, { keyPath: ["session", "source"] });
    };
    const store = new IndexedDbPieceStore(await answer(request), sessionId);
    await store.forgetOld(Date.now() - KEPT_MS);
    return store;
  }

  async add(piece: UnnumberedPiece, least: number): Promise<Piece> {
    const transaction = this.database.transaction([PIECES, COUNTERS], "readwrite");
    const counters = transaction.objectStore(COUNTERS);
    const counter = (await answer(counters.get([this.sessionId, piece.source]))) as Counter | undefined;
    const seq = Math.max((counter?.highest ?? 0) + 1, least);
    counters.put({ session: this.sessionId, source: piece.source, highest: seq } satisfies Counter);
    const kept: KeptPiece = { ...piece, seq, session: this.sessionId, keptAtMs: Date.now() };
    transaction.objectStore(PIECES).add(kept);
    await done(transaction);
    return { ...piece, seq };
  }

  async all(): Promise<readonly Piece[]> {
    const pieces = this.database.transaction(PIECES, "readonly").objectStore(PIECES);
    const kept = (await answer(pieces.getAll(this.range()))) as KeptPiece[];
    return kept.sort((one, other) => one.tMs - other.tMs);
  }

  async forget(source: Source, seq: number): Promise<void> {
    const transaction = this.database.transaction(PIECES, "readwrite");
    transaction.objectStore(PIECES).delete([this.sessionId, source, seq]);
    await done(transaction);
  }

  async forgetEverything(): Promise<void> {
    const transaction = this.database.transaction(PIECES, "readwrite");
    transaction.objectStore(PIECES).delete(this.range());
    await done(transaction);
  }

  close(): void {
    this.database.close();
  }

  private range(): IDBKeyRange {
    return IDBKeyRange.bound([this.sessionId], [this.sessionId, []]);
  }

  private async forgetOld(beforeMs: number): Promise<void> {
    const transaction = this.database.transaction(PIECES, "readwrite");
    const pieces = transaction.objectStore(PIECES);
    for (const kept of (await answer(pieces.getAll())) as KeptPiece[]) {
      if (kept.keptAtMs < beforeMs) pieces.delete([kept.session, kept.source, kept.seq]);
    }
    await done(transaction);
  }
}
