/** Which parts of the session page a hint makes old, and how often they may be fetched again: pure but for its timers. */

import type { Hint } from "../console/wall_rows";

export type Part = "summary" | "flags" | "timeline" | "curve";

export const EVERY_PART: readonly Part[] = ["summary", "flags", "timeline", "curve"];

/** A frame comes every second; the scores that it moves need not. */
const AFTER_FRAME_MS = 5000;
const AFTER_FLAG_MS = 400;

export function partsOf(hint: Hint): readonly Part[] {
  switch (hint.type) {
    case "frame_analyzed":
      return ["summary", "curve"];
    case "flag.opened":
    case "flag.closed":
    case "state":
      return EVERY_PART;
    case "presence":
      return ["summary"];
    case "screen":
    case "chat":
      return [];
  }
}

export function delayOf(hint: Hint): number {
  return hint.type === "frame_analyzed" ? AFTER_FRAME_MS : AFTER_FLAG_MS;
}

/** Gathers what is old and says so once; a part that is due soon is not put off by later hints. */
export class Refresher {
  private readonly timers = new Map<Part, { readonly timer: ReturnType<typeof setTimeout>; readonly dueMs: number }>();

  constructor(
    private readonly refresh: (part: Part) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  soon(parts: readonly Part[], delayMs: number): void {
    for (const part of parts) this.plan(part, this.now() + delayMs);
  }

  stop(): void {
    for (const { timer } of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }

  private plan(part: Part, dueMs: number): void {
    const planned = this.timers.get(part);
    if (planned !== undefined && planned.dueMs <= dueMs) return;
    if (planned !== undefined) clearTimeout(planned.timer);
    const timer = setTimeout(() => {
      this.timers.delete(part);
      this.refresh(part);
    }, dueMs - this.now());
    this.timers.set(part, { timer, dueMs });
  }
}
