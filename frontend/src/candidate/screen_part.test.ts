import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { screenLight } from "./elements/status_lights";
import { hostFor, sessionIn, WELCOME } from "./part_host.fixture";
import type { FakeHost } from "./part_host.fixture";
import { ScreenPart } from "./screen_part";
import { screenAdvice, screenProblem, screenToWait } from "./screen_words";

class FakeTrack extends EventTarget {
  stopped = false;

  constructor(private readonly surface: string | undefined) {
    super();
  }

  getSettings(): { displaySurface?: string } {
    return this.surface === undefined ? {} : { displaySurface: this.surface };
  }

  stop(): void {
    this.stopped = true;
  }
}

let host: FakeHost;
let tracks: FakeTrack[];
let surfaces: (string | undefined | Error)[];
let storage: Map<string, string>;
let part: ScreenPart;

function newPart(mediaDevices: object = { getDisplayMedia: share }): ScreenPart {
  const capture = { show: () => undefined, capture: () => Promise.resolve(new Uint8Array([255, 216, 255])) };
  const kept = { getItem: (key: string) => storage.get(key) ?? null, setItem: (key: string, value: string) => void storage.set(key, value) };
  return new ScreenPart(host, mediaDevices, capture, kept);
}

function share(): Promise<MediaStream> {
  const surface = surfaces.shift();
  if (surface instanceof Error) return Promise.reject(surface);
  const track = new FakeTrack(surface);
  tracks.push(track);
  return Promise.resolve({ getVideoTracks: () => [track], getTracks: () => [track] } as unknown as MediaStream);
}

function run(): void {
  const session = sessionIn("running");
  host.show({ session });
  part.sessionChanged(session);
}

beforeEach(() => {
  vi.useFakeTimers();
  [tracks, surfaces, storage] = [[], [], new Map()];
  host = hostFor({ watch_screen: true });
  part = newPart();
  part.begin();
  part.welcomed({ ...WELCOME, next_seq: { browser: 1, video: 1, screen: 7 } });
});

afterEach(() => {
  part.end();
  vi.useRealTimers();
});

test("shared, lost and shared again, each told once", async () => {
  surfaces = ["monitor", "monitor"];
  await part.open();
  expect(screenToWait(host.view)).toBeNull();
  run();
  run();
  tracks[0]!.dispatchEvent(new Event("ended"));
  expect([host.view.screen.status, screenLight(host.view)?.tone]).toEqual(["lost", "critical"]);
  await part.open();

  expect(host.facts).toEqual(["screen_shared", "screen_lost", "screen_back"]);
  expect(part.stream?.getVideoTracks()).toEqual([tracks[1]]);
});

test("a window instead of the screen is told and asked again, and stays until something better comes", async () => {
  surfaces = ["window", new DOMException("", "NotAllowedError"), "monitor"];
  await part.open();
  expect(screenToWait(host.view)).toContain("Share your whole screen");
  run();
  expect(screenAdvice(host.view.screen)?.title).toBe("Only a window or a tab is shared");
  await part.open();
  expect([host.view.screen.status, tracks[0]!.stopped]).toEqual(["on", false]);
  await part.open();

  expect(host.facts).toEqual(["screen_part", "screen_back"]);
  expect([tracks[0]!.stopped, screenAdvice(host.view.screen)]).toEqual([true, null]);
});

test("a browser that does not say what is shared is believed", async () => {
  surfaces = [undefined];
  await part.open();
  run();
  expect([host.facts, screenAdvice(host.view.screen)]).toEqual([["screen_shared"], null]);
});

test("who cannot share may start, which is a fact and no fault", () => {
  part.end();
  part = newPart({});
  part.begin();
  expect([host.view.screen.status, screenToWait(host.view)]).toEqual(["unsupported", null]);
  run();
  expect([host.facts, screenAdvice(host.view.screen)]).toEqual([["screen_missing"], null]);
});

test("who refused may go on without, and a person decides", async () => {
  surfaces = [new DOMException("", "NotAllowedError")];
  await part.open();
  expect(screenToWait(host.view)).toContain("or you go on without");
  expect(screenAdvice(host.view.screen)?.title).toBe("Sharing the screen was not allowed");
  part.goWithout();
  expect(screenToWait(host.view)).toBeNull();
  run();
  expect(host.facts).toEqual(["screen_missing"]);
});

test("a reload ends the sharing and does not forget that there was one", async () => {
  surfaces = ["monitor", "monitor"];
  await part.open();
  run();
  part.end();
  part = newPart();
  part.begin();
  run();
  await part.open();
  expect(host.facts).toEqual(["screen_shared", "screen_lost", "screen_back"]);
});

test("a picture every five seconds while the exam runs, numbered after the server's", async () => {
  surfaces = ["monitor"];
  await part.open();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(host.sent).toEqual([]);
  run();
  await vi.advanceTimersByTimeAsync(10_000);
  host.takes = false;
  await vi.advanceTimersByTimeAsync(5000);
  host.takes = true;
  await vi.advanceTimersByTimeAsync(5000);
  expect(host.sent.map((message) => [message[1], message[5]])).toEqual([
    [2, 7],
    [2, 8],
    [2, 9],
  ]);
});

test("on a slow line only every third picture goes, in a pause none", async () => {
  surfaces = ["monitor"];
  await part.open();
  run();
  host.show({ slowLine: true });
  await vi.advanceTimersByTimeAsync(30_000);
  expect(host.sent.length).toBe(2);
  host.show({ slowLine: false, session: sessionIn("paused") });
  await vi.advanceTimersByTimeAsync(30_000);
  expect(host.sent.length).toBe(2);
});

test("an exam that does not watch the screen asks for nothing", () => {
  part.end();
  host = hostFor();
  part = newPart();
  part.begin();
  expect([host.view.screen.status, screenLight(host.view), screenToWait(host.view)]).toEqual(["unwanted", null, null]);
});

test("whom a person lets go on without is asked no longer", () => {
  run();
  expect(screenProblem(host.view)?.title).toBe("Your screen is not shared");
  host.show({ told: [{ kind: "screen", number: 1, t_ms: 1000, text: "", minutes: 0, read_ms: null }] });
  expect([screenProblem(host.view), screenLight(host.view)]).toEqual([
    null,
    { tone: "good", text: "Without the screen, as allowed" },
  ]);
});
