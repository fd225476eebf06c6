import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { awayWords, secondsLeft } from "./elements/full_screen_curtain";
import { FullScreenPart } from "./full_screen_part";
import { hostFor, sessionIn } from "./part_host.fixture";
import type { FakeHost } from "./part_host.fixture";

let element: Element | null;
let enabled: boolean | undefined;
let host: FakeHost;
let part: FullScreenPart;

function fill(next: Element | null): void {
  element = next;
  document.dispatchEvent(new Event("fullscreenchange"));
}

function run(state: "running" | "paused" = "running", required = true): void {
  const session = sessionIn(state, { require_full_screen: required });
  host.show({ session });
  part.sessionChanged(session);
}

beforeEach(() => {
  vi.useFakeTimers();
  [element, enabled] = [null, true];
  Object.defineProperty(document, "fullscreenElement", { configurable: true, get: () => element });
  Object.defineProperty(document, "fullscreenEnabled", { configurable: true, get: () => enabled });
  host = hostFor({ patience: { full_screen_ms: 10_000, screen_ms: null } });
  part = new FullScreenPart(host);
  part.begin();
});

afterEach(() => {
  part.end();
  Reflect.deleteProperty(document, "fullscreenElement");
  Reflect.deleteProperty(document, "fullscreenEnabled");
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test("leaving and returning are facts, and the curtain hangs in between", () => {
  run();
  vi.advanceTimersByTime(500);
  fill(document.body);
  vi.advanceTimersByTime(5000);
  fill(null);
  expect(host.view.away).toMatchObject({ graceMs: 10_000, refused: false });
  vi.advanceTimersByTime(4000);
  fill(document.body);

  expect(host.facts).toEqual(["full_screen_left", ["full_screen_entered", { duration_ms: 4000 }]]);
  expect(host.view.away).toBeNull();
});

test("the start has a moment to fill the screen, then not being there is having left", () => {
  run();
  vi.advanceTimersByTime(1400);
  expect(host.facts).toEqual([]);
  vi.advanceTimersByTime(200);
  expect(host.facts).toEqual(["full_screen_left"]);
});

test("F11 fills the screen as well", () => {
  vi.stubGlobal("matchMedia", (query: string) => ({ matches: query === "(display-mode: fullscreen)" }));
  run();
  vi.advanceTimersByTime(10_000);
  expect([host.facts, host.view.away]).toEqual([[], null]);
});

test.each([false, undefined])("a browser without full screen is asked for nothing", async (told) => {
  enabled = told;
  run();
  vi.advanceTimersByTime(10_000);
  await part.enter();
  expect([host.facts, host.view.away, host.view.notice]).toEqual([[], null, null]);
});

test("where it is not required it is nobody's business", () => {
  run("running", false);
  fill(document.body);
  fill(null);
  vi.advanceTimersByTime(10_000);
  expect(host.facts).toEqual([]);
});

test("a pause takes the curtain away, and who is still out after it leaves anew", () => {
  run();
  vi.advanceTimersByTime(2000);
  run("paused");
  expect([host.facts, host.view.away]).toEqual([["full_screen_left"], null]);
  vi.advanceTimersByTime(60_000);
  run();
  vi.advanceTimersByTime(2000);
  expect(host.facts).toEqual(["full_screen_left", "full_screen_left"]);
});

test("a browser that says no keeps nobody from working", async () => {
  run();
  vi.advanceTimersByTime(2000);
  document.documentElement.requestFullscreen = () => Promise.reject(new TypeError("no"));
  await part.enter();
  expect(host.view.away?.refused).toBe(true);
  expect(host.view.notice?.text).toContain("Press F11");
});

test("the words count down and then say what becomes of it", () => {
  const away = { sinceMs: 1000, graceMs: 10_000, refused: false };
  expect([secondsLeft(away, 1000), secondsLeft(away, 10_100), secondsLeft(away, 11_000)]).toEqual([10, 1, null]);
  expect(awayWords(away, 1000)).toBe("Return within 10 seconds and nothing is pointed out.");
  expect(awayWords(away, 10_100)).toBe("Return within 1 second and nothing is pointed out.");
  expect(awayWords(away, 20_000)).toContain("That you left full screen is noted, with how long.");
  expect(awayWords({ ...away, graceMs: null }, 1000)).toContain("This exam is taken in full screen.");
});
