import { afterEach, beforeEach, expect, test, vi } from "vitest";

import fixtures from "../../../tests/fixtures/protocol/messages.json";
import { KIND_LATE_JPEG } from "../protocol/frame_header";
import type { SessionView, Welcome } from "../protocol/messages";
import { MemoryFrameStore } from "./frame_store";
import { KeptFrames, KEEP_INTERVAL_MS, tooMany } from "./kept_frames";

const WELCOME = fixtures.server.valid[0]!.message as unknown as Welcome;
const session = (state: SessionView["state"]): SessionView => ({ ...WELCOME.session, state });

let store: MemoryFrameStore;
let sent: { kind: number; seq: number; tMs: number }[];
let alive: boolean;
let nextSeq: number;
let kept: KeptFrames;

beforeEach(() => {
  vi.useFakeTimers();
  store = new MemoryFrameStore();
  sent = [];
  alive = true;
  nextSeq = 21;
  const startedAtMs = performance.now();
  kept = new KeptFrames({
    store,
    capture: () => Promise.resolve(new Uint8Array([0xff, 0xd8])),
    lineIsAlive: () => alive,
    takeNumber: () => nextSeq++,
    nowMs: () => Math.floor(performance.now() - startedAtMs),
    send: (message) => {
      const view = new DataView(message.buffer);
      sent.push({ kind: view.getUint8(1), seq: view.getUint32(2), tMs: view.getUint32(6) });
      return true;
    },
  });
  kept.begin();
  kept.sessionChanged(session("running"));
  kept.welcomed(WELCOME);
});

afterEach(() => {
  kept.end();
  vi.useRealTimers();
});

async function offline(forMs: number): Promise<void> {
  alive = false;
  kept.interrupted();
  await vi.advanceTimersByTimeAsync(forMs);
}

async function online(): Promise<void> {
  alive = true;
  kept.welcomed(WELCOME);
  await vi.advanceTimersByTimeAsync(0);
}

/** The server answers as it would, until nothing comes any more. */
async function answerAll(outcome: "recorded" | "refused"): Promise<void> {
  for (let answered = 0; answered < sent.length || kept.count > 0; ) {
    await vi.advanceTimersByTimeAsync(2000);
    for (; answered < sent.length; answered += 1) kept.received({ type: "ack", stream: "late", seq: sent[answered]!.seq, outcome });
    await vi.advanceTimersByTimeAsync(0);
  }
}

test("with a line nothing is kept", async () => {
  await vi.advanceTimersByTimeAsync(60_000);

  expect([kept.count, sent]).toEqual([0, []]);
});

test("a minute without a line is twelve pictures, which go in order and once", async () => {
  await offline(60_000);
  expect(store.marks.map(({ seq }) => seq)).toEqual([21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32]);

  await online();
  await answerAll("recorded");

  expect(sent.map(({ seq, tMs }) => [seq, tMs])).toEqual(
    Array.from({ length: 12 }, (_, place) => [21 + place, (place + 1) * KEEP_INTERVAL_MS]),
  );
  expect(new Set(sent.map(({ kind }) => kind))).toEqual(new Set([KIND_LATE_JPEG]));
  expect(kept.count).toBe(0);
});

test("they leave time for live pictures", async () => {
  await offline(10_000);
  await online();

  await vi.advanceTimersByTimeAsync(1000);
  expect(sent).toEqual([]);
  await vi.advanceTimersByTimeAsync(600);
  expect(sent).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(5000);
  expect(sent).toHaveLength(1);
});

test("a line that breaks again loses nothing", async () => {
  await offline(10_000);
  await online();
  await vi.advanceTimersByTimeAsync(2000);
  await offline(5000);
  await online();
  await answerAll("recorded");

  expect(sent.map(({ seq }) => seq)).toEqual([21, 21, 22, 23]);
});

test("what could not be looked at is brought again, what is refused is not", async () => {
  await offline(5000);
  await online();
  await vi.advanceTimersByTimeAsync(1600);
  kept.received({ type: "ack", stream: "late", seq: 21, outcome: "unavailable" });
  await vi.advanceTimersByTimeAsync(1600);
  expect(sent.map(({ seq }) => seq)).toEqual([21, 21]);

  kept.received({ type: "ack", stream: "late", seq: 21, outcome: "refused" });
  await vi.advanceTimersByTimeAsync(60_000);
  expect([sent.length, kept.count]).toEqual([2, 0]);
});

test("a picture that nobody can ever look at is given up", async () => {
  await offline(5000);
  await online();
  for (let tries = 0; tries < 10; tries += 1) {
    await vi.advanceTimersByTimeAsync(1600);
    kept.received({ type: "ack", stream: "late", seq: 21, outcome: "unavailable" });
  }
  await vi.advanceTimersByTimeAsync(0);

  expect([sent.length, kept.count]).toEqual([5, 0]);
});

test("nobody is watched in a pause or before the start", async () => {
  kept.sessionChanged(session("paused"));
  await offline(30_000);
  kept.sessionChanged(session("ready"));
  await vi.advanceTimersByTimeAsync(30_000);

  expect(kept.count).toBe(0);
});

test("after the end the rest goes quickly, and then nothing stays", async () => {
  await offline(15_000);
  await online();
  kept.sessionChanged(session("submitted"));
  const leaving = kept.lastWord();
  for (const seq of [21, 22, 23]) {
    await vi.advanceTimersByTimeAsync(10);
    kept.received({ type: "ack", stream: "late", seq, outcome: "recorded" });
  }
  await vi.advanceTimersByTimeAsync(100);
  await leaving;

  expect(sent.map(({ seq }) => seq)).toEqual([21, 22, 23]);
});

test("whoever has no line at the end is not held, and nothing stays either", async () => {
  await offline(15_000);
  kept.sessionChanged(session("expired"));
  const leaving = kept.lastWord();
  await vi.advanceTimersByTimeAsync(21_000);
  await leaving;

  expect([sent, kept.count]).toEqual([[], 0]);
});

test("after a reload the numbers go on behind the kept ones", async () => {
  await offline(10_000);

  expect(kept.firstFreeNumber).toBe(23);
});

test("too many are thinned from the oldest on, by count and by size", () => {
  const marks = Array.from({ length: 10 }, (_, place) => ({ seq: place + 1, bytes: 100 }));

  expect(tooMany(marks, 10, 1000)).toEqual([]);
  expect(tooMany(marks, 8, 1000)).toEqual([2, 4]);
  expect(tooMany(marks, 10, 750)).toEqual([2, 4, 6]);
});

test("a night without a line keeps a bounded number, from its beginning to its end", async () => {
  await offline(3 * 3600 * 1000);

  const seqs = store.marks.map(({ seq }) => seq);
  expect(seqs.length).toBe(240);
  expect([seqs[0], seqs.at(-1)]).toEqual([21, 20 + (3 * 3600) / 5]);
});

test("a database that refuses holds nobody on the page", async () => {
  const warned = vi.spyOn(console, "warn").mockReturnValue();
  store.forgetAll = () => Promise.reject(new DOMException("no", "UnknownError"));

  await kept.lastWord();

  expect(warned).toHaveBeenCalledOnce();
});
