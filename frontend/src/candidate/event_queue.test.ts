import { IDBFactory, IDBKeyRange } from "fake-indexeddb";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { BrowserEvent, EventName, UnnumberedEvent } from "../protocol/messages";
import { EventQueue } from "./event_queue";
import { MemoryEventStore } from "./event_store";
import type { EventStore } from "./event_store";
import { IndexedDbEventStore } from "./indexed_db_event_store";

const SESSION_ID = "5e0b6a52";
const ACK_TIMEOUT_MS = 10_000;

/** The server's side of the promise: absorbs each number once, acknowledges what it has. */
class Server {
  readonly absorbed: BrowserEvent[] = [];
  received = 0;

  get nextSeq(): number {
    return (this.absorbed.at(-1)?.seq ?? 0) + 1;
  }

  take(events: readonly BrowserEvent[]): number {
    for (const event of events) {
      this.received += 1;
      if (event.seq === this.nextSeq) this.absorbed.push(event);
    }
    return this.nextSeq - 1;
  }
}

let factory: IDBFactory;
let server: Server;
let online: boolean;
let sent: number[][];

function occurrence(t: number, ev: EventName = "tab_hidden"): UnnumberedEvent {
  return { t, ev, n: 1 };
}

async function openQueue(store?: EventStore): Promise<EventQueue> {
  return new EventQueue({
    store: store ?? (await IndexedDbEventStore.open(SESSION_ID, factory)),
    send: (events) => {
      if (online) sent.push(events.map(({ seq }) => seq));
      return online && server.take(events) >= 0;
    },
  });
}

beforeEach(() => {
  vi.stubGlobal("IDBKeyRange", IDBKeyRange);
  factory = new IDBFactory();
  server = new Server();
  online = true;
  sent = [];
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("events wait for the first welcome and are then numbered in order", async () => {
  const queue = await openQueue();
  await queue.add(occurrence(10));
  await queue.add(occurrence(20, "tab_visible"));
  expect(sent).toEqual([]);

  await queue.opened(1, ACK_TIMEOUT_MS);

  expect(server.absorbed).toEqual([
    { stream: "browser", seq: 1, t: 10, ev: "tab_hidden", n: 1 },
    { stream: "browser", seq: 2, t: 20, ev: "tab_visible", n: 1 },
  ]);
  expect(await queue.isEmpty()).toBe(false);
  await queue.acknowledged(2);
  expect(await queue.isEmpty()).toBe(true);
});

test("one message is in flight and the rest goes together after its acknowledgement", async () => {
  const queue = await openQueue();
  await queue.opened(1, ACK_TIMEOUT_MS);
  for (const t of [1, 2, 3]) await queue.add(occurrence(t));
  expect(sent).toEqual([[1]]);

  await queue.acknowledged(1);

  expect(sent).toEqual([[1], [2, 3]]);
});

test("a reload before the acknowledgement sends again and the server absorbs once", async () => {
  const before = await openQueue();
  await before.opened(1, ACK_TIMEOUT_MS);
  await before.add(occurrence(1));
  online = false;
  before.closed();
  await before.add(occurrence(2));

  online = true;
  const after = await openQueue();
  await after.add(occurrence(3, "page_loaded"));
  await after.opened(server.nextSeq, ACK_TIMEOUT_MS);
  await after.acknowledged(server.nextSeq - 1);

  expect(server.absorbed.map(({ seq, t }) => [seq, t])).toEqual([
    [1, 1],
    [2, 2],
    [3, 3],
  ]);
  expect(server.received).toBeGreaterThan(3);
  expect(await after.isEmpty()).toBe(true);
});

test("after everything was acknowledged a reload does not start at one again", async () => {
  const before = await openQueue();
  await before.opened(1, ACK_TIMEOUT_MS);
  await before.add(occurrence(1));
  await before.acknowledged(1);

  const after = await openQueue();
  await after.add(occurrence(2));
  await after.opened(server.nextSeq, ACK_TIMEOUT_MS);

  expect(server.absorbed.map(({ seq }) => seq)).toEqual([1, 2]);
});

test("a browser that joins later goes on where the server is", async () => {
  const queue = await openQueue();
  await queue.add(occurrence(5));

  await queue.opened(41, ACK_TIMEOUT_MS);

  expect(sent).toEqual([[41]]);
});

test("a long night offline goes out in messages of a hundred", async () => {
  const queue = await openQueue();
  await queue.opened(1, ACK_TIMEOUT_MS);
  online = false;
  queue.closed();
  for (let t = 1; t <= 250; t += 1) await queue.add(occurrence(t));

  online = true;
  await queue.opened(1, ACK_TIMEOUT_MS);
  while (!(await queue.isEmpty())) await queue.acknowledged(server.nextSeq - 1);

  expect(sent.map((seqs) => seqs.length)).toEqual([100, 100, 50]);
  expect(server.absorbed).toHaveLength(250);
});

test("a message that is never acknowledged is sent again", async () => {
  vi.useFakeTimers();
  const queue = await openQueue(new MemoryEventStore());
  await queue.opened(1, ACK_TIMEOUT_MS);
  await queue.add(occurrence(1));

  await vi.advanceTimersByTimeAsync(ACK_TIMEOUT_MS);

  expect(sent).toEqual([[1], [1]]);
});

test("a full disk delays an event and does not lose it", async () => {
  const refusal = vi.spyOn(console, "error").mockReturnValue();
  const store = new MemoryEventStore();
  const append = store.append.bind(store);
  let full = true;
  store.append = (event) => (full ? Promise.reject(new DOMException("full", "QuotaExceededError")) : append(event));
  const queue = await openQueue(store);
  await queue.opened(1, ACK_TIMEOUT_MS);
  await queue.add(occurrence(1));
  expect([sent, refusal.mock.calls.length]).toEqual([[], 1]);

  full = false;
  await queue.add(occurrence(2));

  expect(server.absorbed.map(({ seq, t }) => [seq, t])).toEqual([
    [1, 1],
    [2, 2],
  ]);
});

test("two windows of one browser never give the same number", async () => {
  const [left, right] = [await openQueue(), await openQueue()];
  online = false;
  await left.opened(1, ACK_TIMEOUT_MS);
  await Promise.all([left.add(occurrence(1)), right.add(occurrence(2)), left.add(occurrence(3))]);

  const store = await IndexedDbEventStore.open(SESSION_ID, factory);
  expect((await store.oldest(10)).map(({ seq }) => seq)).toEqual([1, 2, 3]);
});

test("another session's events stay its own", async () => {
  const other = await IndexedDbEventStore.open("other", factory);
  await other.append(occurrence(1));
  const queue = await openQueue();

  await queue.opened(1, ACK_TIMEOUT_MS);
  await queue.acknowledged(99);

  expect(sent).toEqual([]);
  expect(await other.oldest(10)).toHaveLength(1);
});
