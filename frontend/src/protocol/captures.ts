/** What the server says about recording: which video of flagged moments it wants, and where the numbers go on. */

import { isCount, isFields, isWhole, listOf, oneOf, orNull, shaped } from "./shapes";
import type { Check } from "./shapes";

export const SOURCES = ["webcam", "screen"] as const;
export type Source = (typeof SOURCES)[number];

/** Milliseconds of the session; null while it still goes on. */
export interface Wanted {
  readonly since_ms: number;
  readonly until_ms: number | null;
}

export interface Capture extends Wanted {
  readonly type: "capture";
  readonly what: readonly Source[];
}

/** In the welcome, where the exam is recorded. */
export interface RecordingWelcome {
  readonly next_seq: Readonly<Partial<Record<Source, number>>>;
  readonly wanted: readonly Wanted[];
}

const WANTED = { since_ms: isWhole, until_ms: orNull(isWhole) };
const isNumbers: Check = (value) => isFields(value) && Object.entries(value).every(([source, seq]) => isSource(source) && isCount(seq));
const isSource = oneOf(SOURCES);

export const isCapture = shaped({ what: listOf(isSource), ...WANTED });
export const isRecordingWelcome = shaped({ next_seq: isNumbers, wanted: listOf(shaped(WANTED)) });
