/** Where events wait until the server has them: IndexedDB, or memory where the browser refuses it. */

import type { BrowserEvent, UnnumberedEvent } from "../protocol/messages";

export interface EventStore {
  /** The highest number this browser has given in this session; null when it never gave one. */
  highestSeq(): Promise<number | null>;
  /** Makes sure that no number up to `seq` is given again. */
  raiseTo(seq: number): Promise<void>;
  /** Numbers and keeps the event in one transaction, so that two windows never give the same number. */
  append(event: UnnumberedEvent): Promise<void>;
  oldest(limit: number): Promise<readonly BrowserEvent[]>;
  forgetUpTo(seq: number): Promise<void>;
  /** After the end: not even the numbers stay. */
  forgetAll(): Promise<void>;
  close(): void;
}

export class MemoryEventStore implements EventStore {
  private events: BrowserEvent[] = [];
  private highest: number | null = null;

  highestSeq(): Promise<number | null> {
    return Promise.resolve(this.highest);
  }

  raiseTo(seq: number): Promise<void> {
    this.highest = Math.max(this.highest ?? 0, seq);
    return Promise.resolve();
  }

  append(event: UnnumberedEvent): Promise<void> {
    this.highest = (this.highest ?? 0) + 1;
    this.events.push({ stream: "browser", seq: this.highest, ...event });
    return Promise.resolve();
  }

  oldest(limit: number): Promise<readonly BrowserEvent[]> {
    return Promise.resolve(this.events.slice(0, limit));
  }

  forgetUpTo(seq: number): Promise<void> {
    this.events = this.events.filter((event) => event.seq > seq);
    return Promise.resolve();
  }

  forgetAll(): Promise<void> {
    [this.events, this.highest] = [[], null];
    return Promise.resolve();
  }

  close(): void {
    this.events = [];
  }
}
