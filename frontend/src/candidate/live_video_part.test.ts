import { beforeEach, expect, test, vi } from "vitest";

import fixtures from "../../../tests/fixtures/protocol/messages.json";
import type { ClientMessage, SessionView } from "../protocol/messages";
import type { RoomNews } from "../protocol/signals";
import { LiveVideoPart } from "./live_video_part";
import type { LiveVideoOptions, Streams } from "./live_video";
import type { RoomHost } from "./room_part";
import type { RoomView } from "./room_view";

const SESSION = fixtures.server.valid[0]!.message.session as SessionView;
const BEGIN: RoomNews = { type: "signal", what: "begin", watch: "w1", ice: { servers: [], relay_only: false }, streams: ["camera"] };
const END: RoomNews = { type: "signal", what: "end", watch: "w1" };

let said: ClientMessage[];
let shown: Partial<RoomView>[];
let calls: string[];
let streams: Streams[];
let view: RoomView;
let changed: () => void;

class FakeVideo {
  constructor(private readonly options: LiveVideoOptions) {}

  take(news: RoomNews): void {
    calls.push(`take ${news.what}`);
    this.options.onWatchers(news.what === "begin" ? 1 : 0);
  }

  lineChanged(): void {
    calls.push(`slow: ${this.options.isLineSlow()}`);
  }

  streamsChanged(): void {
    streams.push(this.options.streams());
  }

  endAll(reason: string): void {
    calls.push(`end all: ${reason}`);
  }

  closeAll(): void {
    calls.push("close all");
  }
}

function part(fetchVideo: () => Promise<unknown> = () => Promise.resolve({ LiveVideo: FakeVideo })): LiveVideoPart {
  const host = {
    get view() {
      return view;
    },
    show: (change: Partial<RoomView>) => shown.push(change),
    say: (message: ClientMessage) => {
      said.push(message);
      return true;
    },
  } as unknown as RoomHost;
  const subscribe = (listener: () => void): (() => void) => {
    changed = listener;
    return () => (changed = () => undefined);
  };
  return new LiveVideoPart(host, subscribe, fetchVideo as () => Promise<typeof import("./live_video")>);
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

beforeEach(() => {
  [said, shown, calls, streams] = [[], [], [], []];
  view = {
    session: { ...SESSION, state: "running" },
    camera: { status: "off" },
    screen: { status: "unwanted" },
    slowLine: false,
  } as RoomView;
});

test("its code is fetched once, when somebody asks", async () => {
  const fetchVideo = vi.fn(() => Promise.resolve({ LiveVideo: FakeVideo }));
  const live = part(fetchVideo);
  live.begin();
  live.received({ type: "ping" });
  expect(fetchVideo).not.toHaveBeenCalled();
  live.received(BEGIN);
  live.received(END);
  await settle();

  expect(fetchVideo).toHaveBeenCalledTimes(1);
  expect(calls).toEqual(["take begin", "take end"]);
  expect(shown).toEqual([{ liveWatchers: 1 }, { liveWatchers: 0 }]);
});

test("a camera that comes and goes is handed on, other news are not", async () => {
  const live = part();
  live.begin();
  live.received(BEGIN);
  await settle();
  const stream = {} as MediaStream;
  view = { ...view, camera: { status: "on", stream } };
  changed();
  changed();
  view = { ...view, camera: { status: "lost" }, screen: { status: "on", stream, whole: true } };
  changed();
  view = { ...view, slowLine: true };
  changed();
  view = { ...view, slowLine: false };
  changed();

  expect(streams).toEqual([
    { camera: stream, screen: null },
    { camera: null, screen: stream },
  ]);
  expect(calls).toEqual(["take begin", "slow: true", "slow: false"]);
});

test("in a pause nobody is seen, and whoever asks then is told", async () => {
  const live = part();
  live.begin();
  live.received(BEGIN);
  await settle();
  view = { ...view, session: { ...SESSION, state: "paused" } };
  live.sessionChanged(view.session);
  live.received(BEGIN);
  await settle();

  expect(calls).toEqual(["take begin", "end all: not_now"]);
  expect(said).toEqual([{ type: "signal", what: "end", watch: "w1", reason: "not_now" }]);
});

test("what was said before the line was lost is no more", async () => {
  const live = part();
  live.begin();
  live.received(BEGIN);
  live.interrupted();
  await settle();

  expect(calls).toEqual([]);
});

test("code that cannot be fetched is told, and fetched anew the next time", async () => {
  vi.spyOn(console, "warn").mockReturnValueOnce();
  const answers = [() => Promise.reject(new TypeError("offline")), () => Promise.resolve({ LiveVideo: FakeVideo })];
  const live = part(() => answers.shift()!());
  live.received(BEGIN);
  await settle();
  expect(said).toEqual([{ type: "signal", what: "end", watch: "w1", reason: "failed" }]);
  live.received(BEGIN);
  await settle();

  expect(calls).toEqual(["take begin"]);
});
