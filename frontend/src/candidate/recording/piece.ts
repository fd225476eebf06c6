/** A piece of video as the browser recorded it: some seconds of one source, playable alone. */

import type { Source } from "../../protocol/captures";

export interface UnnumberedPiece {
  readonly source: Source;
  /** When it begins, and how long it is, on the session's clock. */
  readonly tMs: number;
  readonly durationMs: number;
  readonly video: Blob;
}

export interface Piece extends UnnumberedPiece {
  readonly seq: number;
}

export function endMs({ tMs, durationMs }: UnnumberedPiece): number {
  return tMs + durationMs;
}
