/** The risk curve's numbers and what is said about them: pure. */

import type { FlagBrief } from "../console/wall_rows";
import { gettext, ngettext } from "../words/gettext";

export interface CurveFlag extends FlagBrief {
  readonly t_ms: number;
}

export interface RiskCurveData {
  readonly t_ms: readonly number[];
  readonly score: readonly number[];
  readonly flags: readonly CurveFlag[];
  readonly duration_ms: number;
}

export interface Marker {
  readonly flag: CurveFlag;
  readonly atS: number;
  readonly score: number;
}

/** Seconds and scores from the start to the end of the sitting: the score holds until it changes. */
export function plotted(data: RiskCurveData): [number[], number[]] {
  const seconds = data.t_ms.map((t) => t / 1000);
  const scores = [...data.score];
  if ((seconds[0] ?? 0) > 0) {
    seconds.unshift(0);
    scores.unshift(0);
  }
  const endS = data.duration_ms / 1000;
  const lastScore = scores.at(-1);
  if (lastScore !== undefined && endS > (seconds.at(-1) ?? 0)) {
    seconds.push(endS);
    scores.push(lastScore);
  }
  return [seconds, scores];
}

/** Where each flag sits on the curve. */
export function markers(data: RiskCurveData): Marker[] {
  return data.flags.map((flag) => ({ flag, atS: flag.t_ms / 1000, score: scoreAt(data, flag.t_ms) }));
}

export function scoreAt(data: RiskCurveData, tMs: number): number {
  let low = 0;
  let high = data.t_ms.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((data.t_ms[middle] ?? 0) <= tMs) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? 0 : (data.score[low - 1] ?? 0);
}

/** The curve in a sentence, for whoever does not see it. */
export function summaryOf(data: RiskCurveData): string {
  if (data.score.length === 0) return gettext("No scores yet.");
  const highest = Math.max(...data.score);
  const last = data.score.at(-1) ?? 0;
  const flags = ngettext("%(count)s flag", "%(count)s flags", data.flags.length);
  return gettext("Risk score over time: highest %(highest)s, last %(last)s, %(flags)s.", { highest: highest.toFixed(1), last: last.toFixed(1), flags });
}
