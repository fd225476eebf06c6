/** How often pictures go and how large they are: as the server wishes, within a budget, and less on a slow line. */

import type { ClientSettings } from "../protocol/messages";

/** With sound, facts and what the network adds, a candidate then sends less than 150 kbit/s. */
export const PICTURE_BITS_PER_S = 110_000;
const LONGEST_INTERVAL_MS = 10_000;
/** A picture may keep the line busy for so much of the time; the rest is for facts. */
const SHARE_OF_LINE = 0.6;
const SLOW_ANSWER_MS = 1500;
const QUICK_ANSWER_MS = 700;
const NEWEST_WEIGHT = 0.3;
/** So many pictures are looked at before it is changed again, and so many before it is made better. */
const LOOKS_BEFORE_WORSE = 3;
const LOOKS_BEFORE_BETTER = 10;
/** How much of the budget a better picture may be expected to take. */
const ROOM_FOR_BETTER = 0.9;

interface Look {
  readonly quality: number;
  readonly scale: number;
}

/** Shares of what the server wishes. A face stays large enough to be measured in the last one. */
const LOOKS: readonly Look[] = [
  { quality: 1, scale: 1 },
  { quality: 0.85, scale: 1 },
  { quality: 0.7, scale: 1 },
  { quality: 0.75, scale: 0.75 },
  { quality: 0.6, scale: 0.75 },
  { quality: 0.6, scale: 0.6 },
];

export class FramePace {
  private place = 0;
  private bytes: number | null = null;
  private answerMs: number | null = null;
  private looksSinceChange = 0;
  private slow = false;

  constructor(private readonly wished: ClientSettings) {}

  /** What the next picture is taken with. */
  get settings(): ClientSettings {
    const { quality, scale } = LOOKS[this.place] as Look;
    return {
      ...this.wished,
      frame_interval_ms: this.intervalMs(),
      frame_width: Math.round(this.wished.frame_width * scale),
      frame_height: Math.round(this.wished.frame_height * scale),
      jpeg_quality: this.wished.jpeg_quality * quality,
    };
  }

  /** Pictures go less often than the server wishes, since the line does not carry more. */
  get isSlow(): boolean {
    return this.slow;
  }

  sent(bytes: number): void {
    this.bytes = smoothed(this.bytes, bytes);
    this.looksSinceChange += 1;
    const mostBytes = (PICTURE_BITS_PER_S / 8000) * this.wished.frame_interval_ms;
    if (this.bytes > mostBytes || (this.answerMs ?? 0) > SLOW_ANSWER_MS) this.turn(1, LOOKS_BEFORE_WORSE);
    else if (this.betterBytes(this.bytes) < ROOM_FOR_BETTER * mostBytes && (this.answerMs ?? 0) < QUICK_ANSWER_MS) {
      this.turn(-1, LOOKS_BEFORE_BETTER);
    }
  }

  /** The time from sending a picture to its acknowledgement; also one that never came. */
  answered(afterMs: number): void {
    this.answerMs = smoothed(this.answerMs, afterMs);
    if (this.answerMs > SLOW_ANSWER_MS) this.slow = true;
    else if (this.answerMs < QUICK_ANSWER_MS) this.slow = false;
  }

  private intervalMs(): number {
    const forLineMs = (this.answerMs ?? 0) / SHARE_OF_LINE;
    const forBudgetMs = this.place === LOOKS.length - 1 ? ((this.bytes ?? 0) * 8000) / PICTURE_BITS_PER_S : 0;
    return Math.min(LONGEST_INTERVAL_MS, Math.round(Math.max(this.wished.frame_interval_ms, forLineMs, forBudgetMs)));
  }

  /** About what a picture with the next better look would have. */
  private betterBytes(bytes: number): number {
    const [better, now] = [LOOKS[Math.max(0, this.place - 1)] as Look, LOOKS[this.place] as Look];
    return bytes * (better.quality / now.quality) * (better.scale / now.scale) ** 2;
  }

  private turn(by: 1 | -1, looks: number): void {
    const place = this.place + by;
    if (this.looksSinceChange < looks || place < 0 || place >= LOOKS.length) return;
    this.place = place;
    this.bytes = null;
    this.looksSinceChange = 0;
  }
}

function smoothed(before: number | null, newest: number): number {
  return before === null ? newest : before + NEWEST_WEIGHT * (newest - before);
}
