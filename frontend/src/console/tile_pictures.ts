/** Which picture each tile shows: a new one when its time has come, none after one that could not be had. */

import { pictureIntervalMs } from "./wall_words";
import type { WallRow } from "./wall_rows";

interface Shown {
  readonly address: string | null;
  readonly atMs: number;
}

export class TilePictures {
  private readonly shown = new Map<string, Shown>();

  addressOf(row: WallRow): string | null {
    return this.shown.get(row.id)?.address ?? null;
  }

  /** Of the rows that are on the screen: nobody fetches what nobody sees. */
  update(rows: readonly WallRow[], nowMs: number, isHidden: boolean): void {
    const intervalMs = pictureIntervalMs(rows.length);
    for (const row of rows) {
      const shown = this.shown.get(row.id);
      const isDue = shown === undefined || (!isHidden && nowMs - shown.atMs >= intervalMs);
      if (isDue && shown?.address !== row.thumbnail) this.shown.set(row.id, { address: row.thumbnail, atMs: nowMs });
    }
  }

  failed(row: WallRow, nowMs: number): void {
    this.shown.set(row.id, { address: null, atMs: nowMs });
  }
}
