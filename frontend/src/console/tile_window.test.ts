import { expect, test } from "vitest";

import { placeAfter, scrollTo, tileWindow } from "./tile_window";
import type { Geometry } from "./tile_window";

/** Five beside each other, 300 px a row, on a screen of 900 px. */
function at(top_px: number): Geometry {
  return { columns: 5, pitch_px: 300, top_px, screen_px: 900 };
}

test("before anything is measured a few tiles are there", () => {
  expect(tileWindow(200, null)).toEqual({ first: 0, end: 24, above_px: 0, below_px: 0 });
  expect(tileWindow(3, { ...at(0), pitch_px: 0 })).toEqual({ first: 0, end: 3, above_px: 0, below_px: 0 });
});

test("only the rows on the screen and one around them are in the page, and the rest keeps its height", () => {
  expect(tileWindow(200, at(100))).toEqual({ first: 0, end: 20, above_px: 0, below_px: 36 * 300 });
  expect(tileWindow(200, at(-3000))).toEqual({ first: 45, end: 70, above_px: 2700, below_px: 26 * 300 });
  const end = tileWindow(198, at(-11_400));
  expect(end).toEqual({ first: 185, end: 198, above_px: 37 * 300, below_px: 0 });
});

test.each([0, 1, 4, 5, 6, 199, 200])("%i tiles: every tile is somewhere, and the height is always the same", (count) => {
  const rows = Math.ceil(count / 5);
  for (let top_px = 2000; top_px > -14_000; top_px -= 137) {
    const { first, end, above_px, below_px } = tileWindow(count, at(top_px));
    expect(first).toBeLessThanOrEqual(end);
    expect(end).toBeLessThanOrEqual(count);
    expect(above_px + below_px + Math.ceil((end - first) / 5) * 300).toBe(rows * 300);
  }
});

test("arrows walk the grid and stop at its edges", () => {
  const after = (key: string, index: number): number | null => placeAfter(key, index, 12, 5);
  expect([after("ArrowRight", 4), after("ArrowLeft", 0), after("ArrowDown", 4), after("ArrowUp", 4)]).toEqual([5, 0, 9, 4]);
  expect([after("ArrowDown", 9), after("ArrowDown", 6), after("Home", 7), after("End", 7)]).toEqual([9, 11, 0, 11]);
  expect([after("a", 3), placeAfter("Home", 0, 0, 5)]).toEqual([null, null]);
});

test("a tile that is not on the screen as a whole is scrolled to", () => {
  expect(scrollTo(0, at(100), 80)).toBe(0);
  expect(scrollTo(15, at(100), 80)).toBe(400);
  expect(scrollTo(0, at(-700), 80)).toBe(-780);
});
