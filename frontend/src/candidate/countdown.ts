/** The time that is left: the server's number carried on by this page's monotonic clock. */

import { ngettext } from "../words/gettext";

const ANNOUNCED_MINUTES = [10, 5, 1] as const;

export class Countdown {
  private remainingAtSyncMs: number | null = null;
  private syncedAtMs = 0;
  private frozen = false;
  private announcedMinutes: number = Infinity;

  constructor(private readonly monotonicMs: () => number = () => performance.now()) {}

  sync(remainingMs: number | null, frozen: boolean): void {
    this.remainingAtSyncMs = remainingMs;
    this.syncedAtMs = this.monotonicMs();
    this.frozen = frozen;
  }

  remainingMs(): number | null {
    if (this.remainingAtSyncMs === null) return null;
    const passedMs = this.frozen ? 0 : this.monotonicMs() - this.syncedAtMs;
    return Math.max(0, this.remainingAtSyncMs - passedMs);
  }

  get isOver(): boolean {
    return !this.frozen && this.remainingMs() === 0;
  }

  /** Words for a screen reader, once for each threshold; the seconds themselves would never stop talking. */
  announcement(): string | null {
    const remainingMs = this.remainingMs();
    if (remainingMs === null) return null;
    const reached = [...ANNOUNCED_MINUTES].reverse().find((minutes) => remainingMs <= minutes * 60_000);
    if (reached === undefined || reached >= this.announcedMinutes) {
      if (reached === undefined) this.announcedMinutes = Infinity;
      return null;
    }
    this.announcedMinutes = reached;
    return ngettext("%(count)s minute left.", "%(count)s minutes left.", reached);
  }
}

/** 1:02:03 or 2:03; rounds up, so that 0:00 means over. */
export function clockText(remainingMs: number): string {
  const seconds = Math.ceil(remainingMs / 1000);
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const two = (value: number): string => String(value).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
