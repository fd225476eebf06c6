import { afterEach, expect, test, vi } from "vitest";

import fixtures from "../../../tests/fixtures/protocol/recording.json";
import type { Welcome } from "../protocol/messages";
import { RecordingPart } from "./recording_part";
import type { RecordingConfig } from "./recording_part";
import type { Recording } from "./recording/recording";
import type { RoomHost } from "./room_part";

const CONFIG = { mode: "flagged", sources: ["webcam", "screen"], with_sound: true } as unknown as RecordingConfig;
const SOUND = { kind: "audio" } as MediaStreamTrack;
const VIDEO = { kind: "video" } as MediaStreamTrack;

interface Made {
  readonly part: RecordingPart;
  readonly done: unknown[][];
  readonly tracks: () => unknown;
  readonly shown: unknown[];
  view: Record<string, unknown>;
  changed: () => void;
}

function make(config: RecordingConfig | null, fetchFails = false): Made {
  const [done, shown]: [unknown[][], unknown[]] = [[], []];
  let tracks: () => unknown = () => null;
  const note = (name: string) => (...given: unknown[]): void => void done.push([name, ...given]);
  const fake = { welcomed: note("welcomed"), capture: note("capture"), follow: note("follow"), finish: note("finish"), end: note("end") };
  class FakeRecording {
    constructor(options: { readonly tracks: () => unknown }) {
      tracks = options.tracks;
      return fake as unknown as Recording;
    }
  }
  const module = { Recording: FakeRecording, openPieceStore: () => Promise.resolve({}) };
  const made = { done, shown, tracks: () => tracks(), changed: (): void => undefined } as Made;
  made.view = { session: { id: "s", state: "ready" }, camera: { status: "off" }, screen: { status: "off" } };
  const host = {
    config: { recording: config },
    get view() {
      return made.view;
    },
    show: (change: unknown) => void shown.push(change),
    nowMs: () => 0,
  } as unknown as RoomHost;
  const subscribe = (listener: () => void): (() => void) => {
    made.changed = listener;
    return () => undefined;
  };
  const fetched = (): Promise<never> => (fetchFails ? Promise.reject(new Error("offline")) : Promise.resolve(module as never));
  return Object.assign(made, { part: new RecordingPart(host, subscribe, () => SOUND, fetched) });
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

afterEach(() => vi.restoreAllMocks());

test("an exam that records nothing fetches nothing", async () => {
  const { part, done } = make(null);
  part.begin();
  part.received({ type: "capture", what: ["webcam"], since_ms: 1, until_ms: null });
  part.sessionChanged();
  await part.lastWord();
  expect(done).toEqual([]);
});

test("what the server wants is handed on", async () => {
  const { part, done } = make(CONFIG);
  part.welcomed({ recording: fixtures.welcome } as unknown as Welcome);
  const asked = { type: "capture", what: ["webcam"], since_ms: 5, until_ms: 9 } as const;
  part.received(asked);
  await settled();
  expect(done.filter(([name]) => name !== "follow")).toEqual([
    ["welcomed", fixtures.welcome],
    ["capture", asked],
  ]);
});

test("only a running exam is recorded, with its sound and its screen", async () => {
  const made = make(CONFIG);
  made.part.begin();
  made.part.sessionChanged();
  await settled();
  expect(made.done).toEqual([]);
  const stream = { getVideoTracks: () => [VIDEO] };
  made.view = { session: { id: "s", state: "running" }, camera: { status: "on", stream }, screen: { status: "on", stream } };
  made.changed();
  await settled();
  expect(made.done).toEqual([["follow", true]]);
  expect(made.tracks()).toEqual({ webcam: [VIDEO, SOUND], screen: [VIDEO] });
  made.view = { ...made.view, session: { id: "s", state: "paused" } };
  made.part.sessionChanged();
  await settled();
  expect(made.done.at(-1)).toEqual(["follow", false]);
});

test("what cannot be fetched is told, and nothing else breaks", async () => {
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  const { part, shown } = make(CONFIG, true);
  await part.lastWord();
  expect(shown).toEqual([{ recording: { status: "failed", waiting: 0 } }]);
});
