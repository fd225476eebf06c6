/** Which tiles are shown and in which order: who needs a look comes first. */

import { flagTotal, hasEnded, isOffline, isUnderWay, openCount } from "./wall_rows";
import type { WallRow } from "./wall_rows";

export type Filter = "all" | "flagged" | "offline" | "finished";

export const FILTERS: readonly { readonly key: Filter; readonly label: string }[] = [
  { key: "all", label: "All" },
  { key: "flagged", label: "Flagged" },
  { key: "offline", label: "Offline" },
  { key: "finished", label: "Finished" },
];

/** A tile does not move for every point: scores that fall into the same step count as equal. */
const SCORE_STEP = 5;

export function fits(row: WallRow, filter: Filter): boolean {
  switch (filter) {
    case "all":
      return true;
    case "flagged":
      return flagTotal(row) > 0;
    case "offline":
      return isOffline(row);
    case "finished":
      return hasEnded(row);
  }
}

export function matches(row: WallRow, words: string): boolean {
  const name = plain(row.candidate);
  return plain(words)
    .split(/\s+/)
    .every((word) => name.includes(word));
}

/** Ids, worst first: critical flags that are open, score, offline, name. Sessions under way come before all others. */
export function worstFirst(rows: readonly WallRow[]): string[] {
  return [...rows].sort(compareRows).map((row) => row.id);
}

export type Order = "now" | "review";

export const ORDERS: readonly { readonly key: Order; readonly label: string }[] = [
  { key: "now", label: "Who needs a look now" },
  { key: "review", label: "Review first: most unusual" },
];

/** Ids: finished sittings that were unlike the others first, then as `worstFirst`. */
export function reviewFirst(rows: readonly WallRow[]): string[] {
  return [...rows]
    .sort((one, other) => (other.unusual ?? -1) - (one.unusual ?? -1) || compareRows(one, other))
    .map((row) => row.id);
}

export function compareRows(one: WallRow, other: WallRow): number {
  return (
    stage(one) - stage(other) ||
    openCount(other, "critical") - openCount(one, "critical") ||
    step(other.score) - step(one.score) ||
    Number(isOffline(other)) - Number(isOffline(one)) ||
    one.candidate.localeCompare(other.candidate) ||
    (one.id < other.id ? -1 : 1)
  );
}

function stage(row: WallRow): number {
  if (isUnderWay(row)) return 0;
  return hasEnded(row) ? 2 : 1;
}

function step(score: number): number {
  return Math.round(score / SCORE_STEP);
}

function plain(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .toLocaleLowerCase()
    .trim();
}
