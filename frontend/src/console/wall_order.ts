/** Which tiles are shown and in which order: who needs a look comes first. */

import { gettext } from "../words/gettext";
import { asksForHelp, flagTotal, hasEnded, isOffline, isUnderWay, openCount } from "./wall_rows";
import type { WallRow } from "./wall_rows";

export type Filter = "all" | "help" | "flagged" | "offline" | "paused" | "waiting" | "finished";

export const FILTERS: readonly { readonly key: Filter; readonly label: () => string }[] = [
  { key: "all", label: () => gettext("All") },
  { key: "help", label: () => gettext("Asks for help") },
  { key: "flagged", label: () => gettext("Flagged") },
  { key: "offline", label: () => gettext("Offline") },
  { key: "paused", label: () => gettext("Paused") },
  { key: "waiting", label: () => gettext("Not started") },
  { key: "finished", label: () => gettext("Finished") },
];

/** A tile does not move for every point: scores that fall into the same step count as equal. */
const SCORE_STEP = 5;

export function fits(row: WallRow, filter: Filter): boolean {
  switch (filter) {
    case "all":
      return true;
    case "help":
      return asksForHelp(row);
    case "flagged":
      return flagTotal(row) > 0;
    case "offline":
      return isOffline(row);
    case "paused":
      return row.state === "paused";
    case "waiting":
      return !isUnderWay(row) && !hasEnded(row);
    case "finished":
      return hasEnded(row);
  }
}

export function matches(row: WallRow, words: string): boolean {
  const known = `${plain(row.candidate)} ${plain(row.external_id)}`;
  return plain(words)
    .split(/\s+/)
    .every((word) => known.includes(word));
}

/** Ids, worst first: who asks for a person, then sessions under way by open critical flags, score, offline, name. */
export function worstFirst(rows: readonly WallRow[]): string[] {
  return [...rows].sort(compareRows).map((row) => row.id);
}

export type Order = "now" | "review";

export const ORDERS: readonly { readonly key: Order; readonly label: () => string }[] = [
  { key: "now", label: () => gettext("Who needs a look now") },
  { key: "review", label: () => gettext("Review first: most unusual") },
];

const COLLATOR = new Intl.Collator();

/** Ids: finished sittings that were unlike the others first, then as `worstFirst`. */
export function reviewFirst(rows: readonly WallRow[]): string[] {
  return [...rows]
    .sort((one, other) => (other.unusual ?? -1) - (one.unusual ?? -1) || compareRows(one, other))
    .map((row) => row.id);
}

export function compareRows(one: WallRow, other: WallRow): number {
  return (
    Number(asksForHelp(other)) - Number(asksForHelp(one)) ||
    stage(one) - stage(other) ||
    openCount(other, "critical") - openCount(one, "critical") ||
    step(other.score) - step(one.score) ||
    Number(isOffline(other)) - Number(isOffline(one)) ||
    COLLATOR.compare(one.candidate, other.candidate) ||
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
