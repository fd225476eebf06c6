/** Facts are never lost: each event is numbered, kept, sent in order, and forgotten only when acknowledged. */

import { MAX_EVENTS_PER_MESSAGE } from "../protocol/messages";
import type { BrowserEvent, UnnumberedEvent } from "../protocol/messages";
import type { EventStore } from "./event_store";

export interface EventQueueOptions {
  readonly store: EventStore;
  /** False when the socket cannot take the events now. */
  readonly send: (events: readonly BrowserEvent[]) => boolean;
}

export class EventQueue {
  /** Before the first welcome ever, this browser does not know which numbers the server already has. */
  private readonly unnumbered: UnnumberedEvent[] = [];
  private lastSentSeq: number | null = null;
  private ackTimer: ReturnType<typeof setTimeout> | undefined;
  private ackTimeoutMs = 10_000;
  private work: Promise<void> = Promise.resolve();

  constructor(private readonly options: EventQueueOptions) {}

  add(event: UnnumberedEvent): Promise<void> {
    return this.inTurn(async () => {
      this.unnumbered.push(event);
      if ((await this.options.store.highestSeq()) !== null) await this.numberAll();
      await this.pump();
    });
  }

  /** The socket is open: `nextSeq` is the first number that the server does not have. */
  opened(nextSeq: number, ackTimeoutMs: number): Promise<void> {
    this.ackTimeoutMs = ackTimeoutMs;
    return this.inTurn(async () => {
      this.lastSentSeq = null;
      await this.options.store.raiseTo(nextSeq - 1);
      await this.numberAll();
      await this.pump();
    });
  }

  acknowledged(seq: number): Promise<void> {
    return this.inTurn(async () => {
      await this.options.store.forgetUpTo(seq);
      if (this.lastSentSeq !== null && seq >= this.lastSentSeq) this.lastSentSeq = null;
      await this.pump();
    });
  }

  closed(): void {
    clearTimeout(this.ackTimer);
    this.lastSentSeq = null;
  }

  async isEmpty(): Promise<boolean> {
    await this.work;
    return this.unnumbered.length === 0 && (await this.options.store.oldest(1)).length === 0;
  }

  /** An event leaves the list only when it is kept: a full disk delays it and does not lose it. */
  private async numberAll(): Promise<void> {
    for (let event = this.unnumbered[0]; event !== undefined; event = this.unnumbered[0]) {
      await this.options.store.append(event);
      this.unnumbered.shift();
    }
  }

  /** One message in flight: what happens meanwhile goes with the next one. */
  private async pump(): Promise<void> {
    if (this.lastSentSeq !== null) return;
    clearTimeout(this.ackTimer);
    const events = await this.options.store.oldest(MAX_EVENTS_PER_MESSAGE);
    const last = events.at(-1);
    if (last === undefined || !this.options.send(events)) return;
    this.lastSentSeq = last.seq;
    this.ackTimer = setTimeout(() => this.sendAgain(), this.ackTimeoutMs);
  }

  private sendAgain(): void {
    this.lastSentSeq = null;
    void this.inTurn(() => this.pump());
  }

  /** One step at a time, so that the order of events is the order of their numbers. */
  private inTurn(step: () => Promise<void>): Promise<void> {
    this.work = this.work.then(step).catch((error: unknown) => console.error("events wait: the browser's database refused", error));
    return this.work;
  }
}
