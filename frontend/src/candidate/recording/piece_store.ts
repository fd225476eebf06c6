/** Where pieces wait: IndexedDB, so that a reload loses nothing, or memory where the browser refuses it. */

import type { Source } from "../../protocol/captures";
import type { Piece, UnnumberedPiece } from "./piece";

export interface PieceStore {
  /** Numbers and keeps a piece: from 1, at least `least`, and no number is ever given twice. */
  add(piece: UnnumberedPiece, least: number): Promise<Piece>;
  /** In the order of time. */
  all(): Promise<readonly Piece[]>;
  forget(source: Source, seq: number): Promise<void>;
  /** Nothing of this sitting stays behind on a computer that others use too. */
  forgetEverything(): Promise<void>;
  close(): void;
}

export class MemoryPieceStore implements PieceStore {
  private pieces: Piece[] = [];
  private readonly highest = new Map<Source, number>();

  add(piece: UnnumberedPiece, least: number): Promise<Piece> {
    const seq = Math.max((this.highest.get(piece.source) ?? 0) + 1, least);
    this.highest.set(piece.source, seq);
    const numbered = { ...piece, seq };
    this.pieces.push(numbered);
    return Promise.resolve(numbered);
  }

  all(): Promise<readonly Piece[]> {
    return Promise.resolve([...this.pieces].sort((one, other) => one.tMs - other.tMs));
  }

  forget(source: Source, seq: number): Promise<void> {
    this.pieces = this.pieces.filter((piece) => piece.source !== source || piece.seq !== seq);
    return Promise.resolve();
  }

  forgetEverything(): Promise<void> {
    this.pieces = [];
    return Promise.resolve();
  }

  close(): void {
    this.pieces = [];
  }
}
