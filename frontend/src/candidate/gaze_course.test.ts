import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { FIVE_POINTS, INSET_PX, NINE_POINTS, pixelsFromMiddle } from "./gaze_course";

const PAGE = { width: 1280, height: 720 };

test("nine points are corners, edges and the middle, each once", () => {
  const places = NINE_POINTS.map((point) => pixelsFromMiddle(point, PAGE));

  expect(places[0]).toEqual([0, 0]);
  expect(new Set(places.map(([x]) => x))).toEqual(new Set([-592, 0, 592]));
  expect(new Set(places.map(([, y]) => y))).toEqual(new Set([-312, 0, 312]));
  expect(new Set(places.map(String)).size).toBe(9);
});

test("five points are the middle and the corners", () => {
  expect(FIVE_POINTS.map((point) => pixelsFromMiddle(point, PAGE).map((px) => Math.abs(px)))).toEqual([
    [0, 0],
    ...Array.from({ length: 4 }, () => [592, 312]),
  ]);
});

test("the style sheet places points at the same distance from the edge", () => {
  const styles = readFileSync("src/styles/room_gaze.css", "utf8");

  expect(styles).toContain(`--gaze-inset: ${INSET_PX}px;`);
});
