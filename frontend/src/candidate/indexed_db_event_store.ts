/** Events in IndexedDB: they survive a reload, a crash and a night without network. */

import type { BrowserEvent, UnnumberedEvent } from "../protocol/messages";
import type { EventStore } from "./event_store";
import { answer, done } from "./indexed_db";

const DATABASE_NAME = "invigil";
const DATABASE_VERSION = 1;
const EVENTS = "events";
const COUNTERS = "counters";

interface KeptEvent extends BrowserEvent {
  readonly session: string;
}

interface Counter {
  readonly session: string;
  readonly highest: number;
}

export class IndexedDbEventStore implements EventStore {
  private constructor(
    private readonly database: IDBDatabase,
    private readonly sessionId: string,
  ) {}

  static async open(sessionId: string, factory: IDBFactory): Promise<IndexedDbEventStore> {
    const request = factory.open(DATABASE_NAME, DATABASE_VERSION);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(EVENTS, { keyPath: ["session", "seq"] });
      request.result.createObjectStore(COUNTERS, { keyPath: "session" });
    };
    return new IndexedDbEventStore(await answer(request), sessionId);
  }

  async highestSeq(): Promise<number | null> {
    const counters = this.database.transaction(COUNTERS, "readonly").objectStore(COUNTERS);
    return (await this.counter(counters))?.highest ?? null;
  }

  async raiseTo(seq: number): Promise<void> {
    const transaction = this.write();
    const counters = transaction.objectStore(COUNTERS);
    const highest = Math.max((await this.counter(counters))?.highest ?? 0, seq);
    counters.put({ session: this.sessionId, highest } satisfies Counter);
    await done(transaction);
  }

  async append(event: UnnumberedEvent): Promise<void> {
    const transaction = this.write();
    const counters = transaction.objectStore(COUNTERS);
    const seq = ((await this.counter(counters))?.highest ?? 0) + 1;
    counters.put({ session: this.sessionId, highest: seq } satisfies Counter);
    transaction.objectStore(EVENTS).add({ session: this.sessionId, stream: "browser", seq, ...event } satisfies KeptEvent);
    await done(transaction);
  }

  async oldest(limit: number): Promise<readonly BrowserEvent[]> {
    const events = this.database.transaction(EVENTS, "readonly").objectStore(EVENTS);
    const kept = await answer(events.getAll(this.range(Infinity), limit) as IDBRequest<KeptEvent[]>);
    return kept.map(({ session: _session, ...event }) => event);
  }

  async forgetUpTo(seq: number): Promise<void> {
    const transaction = this.write();
    transaction.objectStore(EVENTS).delete(this.range(seq));
    await done(transaction);
  }

  async forgetAll(): Promise<void> {
    const transaction = this.write();
    transaction.objectStore(EVENTS).delete(this.range(Infinity));
    transaction.objectStore(COUNTERS).delete(this.sessionId);
    await done(transaction);
  }

  close(): void {
    this.database.close();
  }

  private write(): IDBTransaction {
    return this.database.transaction([EVENTS, COUNTERS], "readwrite", { durability: "strict" });
  }

  private counter(counters: IDBObjectStore): Promise<Counter | undefined> {
    return answer(counters.get(this.sessionId) as IDBRequest<Counter | undefined>);
  }

  private range(highestSeq: number): IDBKeyRange {
    return IDBKeyRange.bound([this.sessionId, 0], [this.sessionId, highestSeq]);
  }
}
