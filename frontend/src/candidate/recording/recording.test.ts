import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { RecordingConfig, RecordingState } from "../recording_part";
import { RequestRefused, ServerUnreachable } from "../requests";
import type { Piece } from "./piece";
import { MemoryPieceStore } from "./piece_store";
import { Recording } from "./recording";

const CONFIG: RecordingConfig = {
  mode: "full",
  sources: ["webcam"],
  with_sound: false,
  piece_ms: 10_000,
  ring_ms: 120_000,
  video_bps: 90_000,
  audio_bps: 16_000,
  place_url: "/place/",
  confirm_url: "/confirm/",
};

/** Gives one byte when it is stopped, as the browser's own gives its video. */
class FakeMediaRecorder extends EventTarget {
  static isTypeSupported = (type: string): boolean => type === "video/webm;codecs=vp8";
  static made: FakeMediaRecorder[] = [];
  state = "inactive";
  readonly mimeType: string;

  constructor(
    readonly stream: { readonly tracks: readonly unknown[] },
    options: { readonly mimeType: string },
  ) {
    super();
    this.mimeType = options.mimeType;
    FakeMediaRecorder.made.push(this);
  }

  start(): void {
    this.state = "recording";
  }

  stop(): void {
    this.state = "inactive";
    setTimeout(() => {
      this.dispatchEvent(Object.assign(new Event("dataavailable"), { data: new Blob(["x"]) }));
      this.dispatchEvent(new Event("stop"));
    }, 0);
  }
}

const TRACK = { kind: "video", readyState: "live" } as MediaStreamTrack;
let uploaded: [seq: number, tMs: number, durationMs: number][];
let upload: (piece: Piece) => Promise<void>;
let states: RecordingState[];
let tracks: MediaStreamTrack[];
let store: MemoryPieceStore;
let begunMs: number;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("MediaRecorder", FakeMediaRecorder);
  vi.stubGlobal("MediaStream", class {
    constructor(readonly tracks: readonly unknown[]) {}
  });
  FakeMediaRecorder.made = [];
  [uploaded, states, tracks, store] = [[], [], [TRACK], new MemoryPieceStore()];
  begunMs = performance.now();
  upload = ({ seq, tMs, durationMs }) => {
    uploaded.push([seq, tMs, durationMs]);
    return Promise.resolve();
  };
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function recording(changes: Partial<RecordingConfig> = {}): Recording {
  return new Recording({
    config: { ...CONFIG, ...changes },
    store,
    tracks: () => ({ webcam: tracks }),
    nowMs: () => performance.now() - begunMs,
    onChange: (state) => states.push(state),
    upload: (_urls, piece) => upload(piece),
  });
}

async function pass(durationMs: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(durationMs);
}

test("the whole exam is brought in pieces, numbered from where the server is", async () => {
  const whole = recording();
  whole.welcomed({ next_seq: { webcam: 4 }, wanted: [] });
  whole.follow(true);
  await pass(20_100);
  expect(uploaded).toEqual([
    [4, 0, 10_000],
    [5, 10_000, 10_000],
  ]);
  expect(states.at(-1)).toEqual({ status: "on", waiting: 0 });
  const finished = whole.finish();
  await pass(1000);
  await finished;
  expect(uploaded.at(-1)).toEqual([6, 20_000, 100]);
  expect(await store.all()).toEqual([]);
});

test("in a pause nothing is recorded", async () => {
  const whole = recording();
  whole.follow(true);
  await pass(4000);
  whole.follow(false);
  await pass(30_000);
  expect(uploaded).toEqual([[1, 0, 4000]]);
  expect(states.at(-1)!.status).toBe("off");
  whole.follow(true);
  await pass(10_100);
  expect(uploaded[1]).toEqual([2, 34_000, 10_000]);
});

test("of flagged moments only the pieces that touch them are brought, also those of before", async () => {
  const some = recording({ mode: "flagged" });
  some.follow(true);
  await pass(60_100);
  expect(uploaded).toEqual([]);
  some.capture({ since_ms: 25_000, until_ms: null });
  await pass(100);
  expect(uploaded.map(([seq]) => seq)).toEqual([3, 4, 5, 6]);
  some.capture({ since_ms: 25_000, until_ms: 65_000 });
  await pass(60_000);
  expect(uploaded.map(([seq]) => seq)).toEqual([3, 4, 5, 6, 7]);
});

test("what nobody asked for is forgotten after two minutes, and all of it at the end", async () => {
  const some = recording({ mode: "flagged" });
  some.follow(true);
  await pass(300_100);
  expect((await store.all()).length).toBeLessThanOrEqual(13);
  const finished = some.finish();
  await pass(5000);
  await finished;
  expect([await store.all(), uploaded]).toEqual([[], []]);
});

test("the last wishes of the server are waited for", async () => {
  const some = recording({ mode: "flagged" });
  some.follow(true);
  await pass(12_000);
  const finished = some.finish();
  await pass(500);
  some.capture({ since_ms: 9000, until_ms: 20_000 });
  await pass(5000);
  await finished;
  expect(uploaded.map(([seq]) => seq)).toEqual([1, 2]);
});

test("without a line pieces wait, are counted, and come later in their order", async () => {
  let isOnline = false;
  const bring = upload;
  upload = (piece) => (isOnline ? bring(piece) : Promise.reject(new ServerUnreachable()));
  const whole = recording();
  whole.follow(true);
  await pass(40_100);
  expect(states.at(-1)!.waiting).toBe(4);
  isOnline = true;
  await pass(16_000);
  expect(uploaded.slice(0, 4).map(([seq]) => seq)).toEqual([1, 2, 3, 4]);
  expect(states.at(-1)!.waiting).toBe(0);
});

test("a piece that the server will never take is dropped, and the others go on", async () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  const bring = upload;
  upload = (piece) => (piece.seq === 1 ? Promise.reject(new RequestRefused(409, "piece_conflict", "no")) : bring(piece));
  recording().follow(true);
  await pass(20_100);
  expect(uploaded.map(([seq]) => seq)).toEqual([2]);
  expect(warn).toHaveBeenCalledOnce();
});

test("nobody waits for ever for a line that does not come back", async () => {
  upload = () => Promise.reject(new ServerUnreachable());
  const whole = recording();
  whole.follow(true);
  await pass(12_000);
  const finished = whole.finish();
  await pass(61_000);
  await finished;
  expect(await store.all()).toHaveLength(2);
});

test("a camera that went away stops the recorder; its return starts it", async () => {
  const whole = recording();
  whole.follow(true);
  await pass(3000);
  tracks = [];
  whole.follow(true);
  await pass(100);
  expect([uploaded, states.at(-1)!.status]).toEqual([[[1, 0, 3000]], "off"]);
  tracks = [TRACK];
  whole.follow(true);
  expect(states.at(-1)!.status).toBe("on");
});

test("another camera in the place of one that went is recorded at once", async () => {
  const whole = recording();
  whole.follow(true);
  await pass(3000);
  FakeMediaRecorder.made[0]!.stop();
  await pass(100);
  whole.follow(true);
  await pass(10_100);
  expect(uploaded.map(([seq, tMs]) => [seq, tMs])).toEqual([
    [1, 0],
    [2, 3100],
  ]);
});

test("a browser that cannot record says so", async () => {
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  vi.stubGlobal("MediaRecorder", undefined);
  recording().follow(true);
  await pass(100);
  expect(states.some(({ status }) => status === "failed")).toBe(true);
});
