/** Times, scores and states as the wall says them. */

import { hasEnded, isUnderWay } from "./wall_rows";
import type { SessionState, WallRow } from "./wall_rows";

const STATE_WORDS: Readonly<Record<SessionState, string>> = {
  invited: "Invited",
  checking: "Camera check",
  ready: "Ready",
  running: "Running",
  paused: "Paused",
  submitted: "Submitted",
  expired: "Time ran out",
  terminated: "Terminated",
  cancelled: "Cancelled",
};

export function stateWords(state: SessionState): string {
  return STATE_WORDS[state];
}

/** 0:14, 12:05 or 1:02:03, from milliseconds. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = String(seconds % 60).padStart(2, "0");
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

export function percentWords(share: number | null): string {
  return share === null ? "–" : `${Math.round(share * 100)} %`;
}

export function pointWords(points: number): string {
  return points.toFixed(1);
}

export interface Presence {
  readonly words: string;
  readonly light: "light-good" | "light-critical" | "";
}

export function presenceOf(row: WallRow): Presence {
  if (hasEnded(row)) return { words: "Finished", light: "" };
  if (row.online) return { words: "Online", light: "light-good" };
  return isUnderWay(row) ? { words: "Offline", light: "light-critical" } : { words: "Not here yet", light: "" };
}

/** "48 min left", from what was left at a moment and how long ago that was. */
export function leftWords(row: WallRow, sinceSnapshotMs: number): string | null {
  if (row.remaining_ms === null || !isUnderWay(row)) return null;
  const left = Math.max(0, row.remaining_ms - sinceSnapshotMs);
  if (left === 0) return "time is up";
  return left < 60_000 ? "under 1 min left" : `${Math.floor(left / 60_000)} min left`;
}

/** Every tile wants a new picture each second; a full wall asks less often, so that pictures stay cheap. */
export function pictureIntervalMs(tiles: number): number {
  return Math.max(1000, tiles * 150);
}
