import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { FakePeer } from "../live_video/fake_peer.fixture";
import type { Ice, RoomSignal, StreamName } from "../protocol/signals";
import { limitsOf, LiveVideo } from "./live_video";
import type { Streams } from "./live_video";

const ICE: Ice = { servers: [{ urls: ["turn:turn.example"], username: "u", credential: "c" }], relay_only: true };

let said: RoomSignal[];
let counts: number[];
let peers: FakePeer[];
let streams: Streams;
let isSlow: boolean;
let video: LiveVideo;

const track = { id: "camera", stop: vi.fn() };
const streamOf = (one: unknown): MediaStream => ({ getVideoTracks: () => [one] }) as unknown as MediaStream;
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

async function begin(watch: string, names: readonly StreamName[] = ["camera"]): Promise<FakePeer> {
  video.take({ type: "signal", what: "begin", watch, ice: ICE, streams: names });
  await settle();
  return peers.at(-1)!;
}

beforeEach(() => {
  vi.useFakeTimers();
  [said, counts, peers] = [[], [], []];
  streams = { camera: streamOf(track), screen: null };
  isSlow = false;
  video = new LiveVideo({
    say: (signal) => {
      said.push(signal);
      return true;
    },
    streams: () => streams,
    isLineSlow: () => isSlow,
    onWatchers: (count) => counts.push(count),
    openPeer: (configuration) => {
      peers.push(new FakePeer(configuration));
      return peers.at(-1)!.real;
    },
  });
});

afterEach(() => {
  vi.useRealTimers();
});

test("who asks is offered the camera, by the ways the server named", async () => {
  const peer = await begin("w1", ["camera", "screen"]);

  expect(peer.configuration).toEqual({ iceServers: ICE.servers, iceTransportPolicy: "relay" });
  expect(peer.lines.map(({ sender, direction }) => [sender.track, direction])).toEqual([
    [track, "sendonly"],
    [null, "inactive"],
  ]);
  expect(said[0]).toEqual({
    type: "signal",
    what: "description",
    watch: "w1",
    description: { type: "offer", sdp: "offer of 2" },
    streams: { camera: "0", screen: "1" },
  });
  expect(counts).toEqual([1]);
});

test("the more watch, the less each is sent", async () => {
  const first = await begin("w1");
  expect(first.lines[0]!.sender.parameters.encodings).toEqual([{ ...limitsOf("camera", 1), priority: "low" }]);
  await begin("w2");
  await begin("w3");
  expect(first.lines[0]!.sender.parameters.encodings).toEqual([{ ...limitsOf("camera", 3), priority: "low" }]);

  expect([1, 2, 3, 4].map((count) => limitsOf("camera", count))).toEqual([
    { maxBitrate: 300_000, maxFramerate: 15, scaleResolutionDownBy: 1 },
    { maxBitrate: 300_000, maxFramerate: 15, scaleResolutionDownBy: 1.5 },
    { maxBitrate: 200_000, maxFramerate: 15, scaleResolutionDownBy: 2 },
    { maxBitrate: 150_000, maxFramerate: 15, scaleResolutionDownBy: 2 },
  ]);
  expect(limitsOf("screen", 4)).toEqual({ maxBitrate: 150_000, maxFramerate: 5, scaleResolutionDownBy: 1 });
});

test("on a slow line the exam itself goes first", async () => {
  const peer = await begin("w1", ["camera", "screen"]);
  isSlow = true;
  video.lineChanged();
  await settle();
  const slow = { maxBitrate: 30_000, maxFramerate: 2, scaleResolutionDownBy: 2, priority: "low" };
  expect(peer.lines.map(({ sender }) => sender.parameters.encodings)).toEqual([[slow], [slow]]);
  isSlow = false;
  video.lineChanged();
  await settle();

  expect(peer.lines[0]!.sender.parameters.encodings).toEqual([{ ...limitsOf("camera", 1), priority: "low" }]);
  expect(limitsOf("camera", 3, true).maxBitrate).toBe(10_000);
});

test("one who leaves changes nothing for the other, and no track is stopped", async () => {
  const first = await begin("w1");
  const second = await begin("w2");
  video.take({ type: "signal", what: "end", watch: "w1" });
  video.take({ type: "signal", what: "description", watch: "w2", description: { type: "answer", sdp: "a" } });
  await settle();

  expect([first.connectionState, second.connectionState, second.signalingState]).toEqual(["closed", "new", "stable"]);
  expect(counts).toEqual([1, 2, 1]);
  expect(track.stop).not.toHaveBeenCalled();
});

test("a camera that comes back is shown to all who watch", async () => {
  const peer = await begin("w1");
  streams = { camera: null, screen: null };
  video.streamsChanged();
  expect([peer.lines[0]!.sender.track, peer.lines[0]!.direction]).toEqual([null, "inactive"]);
  const other = { id: "another" };
  streams = { camera: streamOf(other), screen: null };
  video.streamsChanged();

  expect([peer.lines[0]!.sender.track, peer.lines[0]!.direction]).toEqual([other, "sendonly"]);
});

test("in a pause all are told, and a lost line tells nobody", async () => {
  await begin("w1");
  await begin("w2");
  said.length = 0;
  video.endAll("not_now");
  expect(said).toEqual([
    { type: "signal", what: "end", watch: "w1", reason: "not_now" },
    { type: "signal", what: "end", watch: "w2", reason: "not_now" },
  ]);
  await begin("w3");
  said.length = 0;
  video.closeAll();

  expect([said, video.isWatched, counts.at(-1)]).toEqual([[], false, 0]);
  expect(peers.map(({ connectionState }) => connectionState)).toEqual(["closed", "closed", "closed"]);
});

test("a console that died is noticed, and what it said late is nothing", async () => {
  await begin("w1");
  said.length = 0;
  await vi.advanceTimersByTimeAsync(30_000);
  video.take({ type: "signal", what: "description", watch: "w1", description: { type: "answer", sdp: "a" } });

  expect(said).toEqual([{ type: "signal", what: "end", watch: "w1", reason: "failed" }]);
  expect(counts).toEqual([1, 0]);
});
