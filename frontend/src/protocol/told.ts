/** What proctors told the candidate. The server keeps it to be read again. */

import { isCount, isText, isWhole, oneOf, orNull, shaped } from "./shapes";
import type { Check } from "./shapes";

export interface Told {
  /** `screen`: the candidate may go on without sharing it. */
  readonly kind: "warning" | "time" | "screen";
  /** Counts within its kind. */
  readonly number: number;
  readonly t_ms: number;
  readonly text: string;
  readonly minutes: number;
  /** When the candidate said that it was read. */
  readonly read_ms: number | null;
}

export interface ToldNews {
  readonly type: "told";
  readonly told: Told;
}

export const isTold: Check = shaped({
  kind: oneOf(["warning", "time", "screen"]),
  number: isCount,
  t_ms: isWhole,
  text: isText,
  minutes: isWhole,
  read_ms: orNull(isWhole),
});

export const isToldNews: Check = shaped({ told: isTold });
