import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { UnnumberedEvent } from "../protocol/messages";
import { EventWatch } from "./event_watch";

let visibility: DocumentVisibilityState;
let focused: boolean;
let told: UnnumberedEvent[];
let watched: boolean;
let otherTabs: boolean;
let watch: EventWatch;

beforeEach(() => {
  vi.useFakeTimers();
  visibility = "visible";
  focused = true;
  told = [];
  [watched, otherTabs] = [true, false];
  vi.spyOn(document, "visibilityState", "get").mockImplementation(() => visibility);
  vi.spyOn(document, "hasFocus").mockImplementation(() => focused);
  const startedAtMs = performance.now();
  watch = new EventWatch({
    nowMs: () => Math.floor(performance.now() - startedAtMs),
    isWatched: () => watched,
    mayUseOtherTabs: () => otherTabs,
    emit: (event) => told.push(event),
  });
  watch.start();
});

afterEach(() => {
  watch.stop();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

function paste(text: string): Event {
  return Object.assign(new Event("paste"), { clipboardData: { getData: () => text } });
}

test("leaving the tab and coming back", () => {
  vi.advanceTimersByTime(1000);
  focused = false;
  window.dispatchEvent(new Event("blur"));
  vi.advanceTimersByTime(100);
  visibility = "hidden";
  document.dispatchEvent(new Event("visibilitychange"));
  vi.advanceTimersByTime(3000);
  visibility = "visible";
  focused = true;
  document.dispatchEvent(new Event("visibilitychange"));

  expect(told).toEqual([
    { t: 1000, ev: "tab_hidden", n: 1 },
    { t: 4100, ev: "tab_visible", n: 1, detail: { duration_ms: 3100 } },
  ]);
});

test("a click into the exam's frame is no blur, leaving from there is", () => {
  window.dispatchEvent(new Event("blur"));
  vi.advanceTimersByTime(5000);
  expect(told).toEqual([]);

  focused = false;
  vi.advanceTimersByTime(2000);

  expect(told).toEqual([{ t: 5500, ev: "window_blur", n: 1 }]);
});

test("clipboard and context menu tell lengths and no contents", () => {
  document.body.innerHTML = '<textarea>an answer</textarea><p id="question">Question</p>';
  const field = document.querySelector("textarea")!;
  field.focus();
  field.setSelectionRange(0, 2);

  document.dispatchEvent(new Event("copy"));
  document.dispatchEvent(new Event("cut"));
  document.dispatchEvent(paste("forty-two"));
  document.dispatchEvent(new Event("contextmenu"));

  expect(told).toEqual([
    { t: 0, ev: "copy", n: 1, detail: { length: 2 } },
    { t: 0, ev: "cut", n: 1, detail: { length: 2 } },
    { t: 0, ev: "paste", n: 1, detail: { length: 9 } },
    { t: 0, ev: "context_menu", n: 1 },
  ]);
});

test("being offline has a length", () => {
  window.dispatchEvent(new Event("offline"));
  vi.advanceTimersByTime(7000);
  window.dispatchEvent(new Event("online"));

  expect(told).toEqual([
    { t: 0, ev: "offline", n: 1 },
    { t: 7000, ev: "online", n: 1, detail: { duration_ms: 7000 } },
  ]);
});

test("in a pause nothing is noted, and who is still away after it leaves anew", () => {
  watched = false;
  document.dispatchEvent(new Event("copy"));
  visibility = "hidden";
  document.dispatchEvent(new Event("visibilitychange"));
  vi.advanceTimersByTime(60_000);
  expect(told).toEqual([]);

  watched = true;
  vi.advanceTimersByTime(500);
  visibility = "visible";
  document.dispatchEvent(new Event("visibilitychange"));

  expect(told).toEqual([
    { t: 60_500, ev: "tab_hidden", n: 1 },
    { t: 60_500, ev: "tab_visible", n: 1, detail: { duration_ms: 0 } },
  ]);
});

test("where other tabs are allowed, being in one has a name of its own", () => {
  otherTabs = true;
  visibility = "hidden";
  document.dispatchEvent(new Event("visibilitychange"));
  vi.advanceTimersByTime(9000);
  visibility = "visible";
  document.dispatchEvent(new Event("visibilitychange"));

  expect(told).toEqual([
    { t: 0, ev: "other_tab", n: 1 },
    { t: 9000, ev: "other_tab_left", n: 1, detail: { duration_ms: 9000 } },
  ]);
});

test("a reload is not leaving the tab", () => {
  window.dispatchEvent(new Event("pagehide"));
  visibility = "hidden";
  document.dispatchEvent(new Event("visibilitychange"));

  expect(told).toEqual([]);
});

test("after stopping nothing is told", () => {
  watch.stop();
  focused = false;
  document.dispatchEvent(new Event("contextmenu"));
  vi.advanceTimersByTime(5000);

  expect(told).toEqual([]);
});
