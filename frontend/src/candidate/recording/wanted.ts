/** Which moments may leave this computer: what the server has asked for, each until it says how long. */

import type { Wanted } from "../../protocol/captures";
import { endMs } from "./piece";
import type { UnnumberedPiece } from "./piece";

export class WantedMoments {
  private bySince = new Map<number, Wanted>();

  /** The whole list, as a welcome tells it. */
  replace(wanted: readonly Wanted[]): void {
    this.bySince = new Map(wanted.map((one) => [one.since_ms, one]));
  }

  /** One more; the same beginning again tells how it ended. */
  add(wanted: Wanted): void {
    this.bySince.set(wanted.since_ms, wanted);
  }

  touches(piece: UnnumberedPiece): boolean {
    return [...this.bySince.values()].some(
      ({ since_ms, until_ms }) => endMs(piece) > since_ms && (until_ms === null || piece.tMs < until_ms),
    );
  }
}
