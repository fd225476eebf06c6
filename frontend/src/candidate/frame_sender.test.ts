import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { HEADER_BYTES } from "../protocol/frame_header";
import { FrameSender } from "./frame_sender";

const SETTINGS = { frame_interval_ms: 1000, frame_width: 640, frame_height: 480, jpeg_quality: 0.75, ack_timeout_ms: 10_000 };

interface Sent {
  readonly seq: number;
  readonly tMs: number;
  readonly picture: number;
}

let sent: Sent[];
let socketOpen: boolean;
let captured: number;
let nextPicture: () => Promise<Uint8Array | null>;
let sender: FrameSender;

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  socketOpen = true;
  captured = 0;
  nextPicture = () => Promise.resolve(new Uint8Array([++captured]));
  const startedAtMs = performance.now();
  sender = new FrameSender({
    capture: () => nextPicture(),
    nowMs: () => Math.floor(performance.now() - startedAtMs),
    send: (message) => {
      const view = new DataView(message.buffer);
      if (socketOpen) sent.push({ seq: view.getUint32(2), tMs: view.getUint32(6), picture: view.getUint8(HEADER_BYTES) });
      return socketOpen;
    },
  });
});

afterEach(() => {
  sender.stop();
  vi.useRealTimers();
});

test("a picture a second while each is acknowledged in time", async () => {
  sender.start(SETTINGS, 5);
  for (const seq of [5, 6, 7]) {
    await vi.advanceTimersByTimeAsync(1000);
    sender.acknowledged(seq);
  }

  expect(sent).toEqual([
    { seq: 5, tMs: 1000, picture: 1 },
    { seq: 6, tMs: 2000, picture: 2 },
    { seq: 7, tMs: 3000, picture: 3 },
  ]);
});

test("one is in flight, and the newest replaces the one that waits", async () => {
  sender.start(SETTINGS, 1);
  await vi.advanceTimersByTimeAsync(4000);
  expect(sent.map(({ picture }) => picture)).toEqual([1]);

  sender.acknowledged(1);

  expect(sent).toEqual([
    { seq: 1, tMs: 1000, picture: 1 },
    { seq: 2, tMs: 4000, picture: 4 },
  ]);
});

test("another frame's acknowledgement does not free the slot, the timeout does", async () => {
  sender.start(SETTINGS, 1);
  await vi.advanceTimersByTimeAsync(1000);
  sender.acknowledged(0);
  await vi.advanceTimersByTimeAsync(9000);
  expect(sent).toHaveLength(1);

  await vi.advanceTimersByTimeAsync(1000);

  expect(sent.map(({ seq }) => seq)).toEqual([1, 2]);
  expect(sent[1]!.tMs).toBeGreaterThanOrEqual(10_000);
});

test("numbers are used only for frames that were sent, and continue after a reconnect", async () => {
  sender.start(SETTINGS, 1);
  await vi.advanceTimersByTimeAsync(1000);
  sender.acknowledged(1);
  socketOpen = false;
  await vi.advanceTimersByTimeAsync(3000);
  sender.stop();

  socketOpen = true;
  sender.start(SETTINGS, 2);
  await vi.advanceTimersByTimeAsync(1000);
  sender.start(SETTINGS, 2);
  await vi.advanceTimersByTimeAsync(1000);

  expect(sent.map(({ seq }) => seq)).toEqual([1, 2, 3]);
});

test("without a picture nothing is sent, and a slow capture is not started twice", async () => {
  nextPicture = () => Promise.resolve(null);
  sender.start(SETTINGS, 1);
  await vi.advanceTimersByTimeAsync(2000);
  expect(sent).toEqual([]);

  let calls = 0;
  nextPicture = () => {
    calls += 1;
    return new Promise(() => undefined);
  };
  await vi.advanceTimersByTimeAsync(5000);

  expect(calls).toBe(1);
});

test("a picture that the frame cannot carry is skipped with a word", async () => {
  const warn = vi.spyOn(console, "warn").mockReturnValue();
  nextPicture = () => Promise.resolve(new Uint8Array(256 * 1024 + 1));
  sender.start(SETTINGS, 1);
  await vi.advanceTimersByTimeAsync(1000);

  nextPicture = () => Promise.resolve(new Uint8Array([7]));
  await vi.advanceTimersByTimeAsync(1000);

  expect(sent).toEqual([{ seq: 1, tMs: 2000, picture: 7 }]);
  expect(warn).toHaveBeenCalledOnce();
});

test("numbers taken for kept pictures are nobody else's, and one that waits for long is stuck", async () => {
  sender.start(SETTINGS, 5);
  await vi.advanceTimersByTimeAsync(1000);
  expect([sender.isStuck, sender.takeNumber(), sender.takeNumber()]).toEqual([false, 6, 7]);

  await vi.advanceTimersByTimeAsync(8500);
  expect(sender.isStuck).toBe(true);
  sender.acknowledged(5);

  expect([sender.isStuck, sent.map(({ seq }) => seq)]).toEqual([false, [5, 8]]);
});
