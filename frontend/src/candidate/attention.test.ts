import { expect, test } from "vitest";

import type { UnnumberedEvent } from "../protocol/messages";
import { Attention } from "./attention";

type Sample = readonly [nowMs: number, hidden: boolean, focused: boolean];

function story(...samples: Sample[]): UnnumberedEvent[] {
  const attention = new Attention();
  return samples.flatMap((sample) => [...attention.observe(...sample)]);
}

test("looking at the page says nothing", () => {
  expect(story([0, false, true], [500, false, true])).toEqual([]);
});

test("blur and hidden within half a second are one event, from the blur on", () => {
  expect(story([1000, false, false], [1400, true, false], [5000, false, false], [5010, false, true])).toEqual([
    { t: 1000, ev: "tab_hidden", n: 1 },
    { t: 5000, ev: "tab_visible", n: 1, detail: { duration_ms: 4000 } },
  ]);
});

test("hidden longer after the blur counts from its own moment", () => {
  expect(story([1000, false, false], [1700, true, false])).toEqual([{ t: 1700, ev: "tab_hidden", n: 1 }]);
});

test("a blur under a second is ignored", () => {
  expect(story([1000, false, false], [1500, false, false], [1999, false, true], [4000, false, true])).toEqual([]);
});

test("a blur of a second is told once, with its length when the focus is back", () => {
  expect(
    story([1000, false, false], [1500, false, false], [2000, false, false], [2500, false, false], [9000, false, true]),
  ).toEqual([
    { t: 1000, ev: "window_blur", n: 1 },
    { t: 9000, ev: "window_focus", n: 1, detail: { duration_ms: 8000 } },
  ]);
});

test("a told blur goes on while the page is hidden", () => {
  expect(story([0, false, false], [1000, false, false], [3000, true, false], [6000, false, false], [6100, false, true])).toEqual([
    { t: 0, ev: "window_blur", n: 1 },
    { t: 3000, ev: "tab_hidden", n: 1 },
    { t: 6000, ev: "tab_visible", n: 1, detail: { duration_ms: 3000 } },
    { t: 6100, ev: "window_focus", n: 1, detail: { duration_ms: 6100 } },
  ]);
});

test("a page that is visible again without focus starts a blur of its own", () => {
  expect(story([0, true, false], [2000, false, false], [2500, false, false], [3000, false, false])).toEqual([
    { t: 0, ev: "tab_hidden", n: 1 },
    { t: 2000, ev: "tab_visible", n: 1, detail: { duration_ms: 2000 } },
    { t: 2000, ev: "window_blur", n: 1 },
  ]);
});
