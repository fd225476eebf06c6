/** Times, scores and states as the wall says them. */

import { gettext, ngettext } from "../words/gettext";
import { hasEnded, isUnderWay } from "./wall_rows";
import type { SessionState, Severity, WallRow } from "./wall_rows";

const STATE_WORDS: Readonly<Record<SessionState, () => string>> = {
  invited: () => gettext("Invited"),
  checking: () => gettext("Camera check"),
  ready: () => gettext("Ready"),
  running: () => gettext("Running"),
  paused: () => gettext("Paused"),
  submitted: () => gettext("Submitted"),
  expired: () => gettext("Time ran out"),
  terminated: () => gettext("Terminated"),
  cancelled: () => gettext("Cancelled"),
};

export function stateWords(state: SessionState): string {
  return STATE_WORDS[state]();
}

export function severityCountWords(severity: Severity, count: number): string {
  switch (severity) {
    case "critical":
      return gettext("%(count)s critical", { count });
    case "warning":
      return ngettext("%(count)s warning", "%(count)s warnings", count);
    case "info":
      return gettext("%(count)s info", { count });
  }
}

/** 0:14, 12:05 or 1:02:03, from milliseconds. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = String(seconds % 60).padStart(2, "0");
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

const LONG_S = 60;

/** "10 s" or "3 min": how long something lasts since that moment. */
export function sinceWords(at: string, nowMs: number): string {
  const seconds = Math.max(0, Math.floor((nowMs - Date.parse(at)) / 1000));
  return seconds < LONG_S
    ? gettext("%(seconds)s s", { seconds })
    : gettext("%(minutes)s min", { minutes: Math.floor(seconds / LONG_S) });
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
  if (hasEnded(row)) return { words: gettext("Finished"), light: "" };
  if (row.online) return { words: gettext("Online"), light: "light-good" };
  return isUnderWay(row) ? { words: gettext("Offline"), light: "light-critical" } : { words: gettext("Not here yet"), light: "" };
}

/** "48 min left", from what was left at a moment and how long ago that was. */
export function leftWords(row: WallRow, sinceSnapshotMs: number): string | null {
  if (row.remaining_ms === null || !isUnderWay(row)) return null;
  const left = Math.max(0, row.remaining_ms - sinceSnapshotMs);
  if (left === 0) return gettext("time is up");
  return left < 60_000
    ? gettext("under 1 min left")
    : gettext("%(minutes)s min left", { minutes: Math.floor(left / 60_000) });
}

/** Every tile wants a new picture each second; a full wall asks less often, so that pictures stay cheap. */
export function pictureIntervalMs(tiles: number): number {
  return Math.max(1000, tiles * 150);
}
