import { expect, test } from "vitest";

import { RecordingTimeline } from "./recording_timeline";

const HOLED = new RecordingTimeline([
  { start_ms: 5000, end_ms: 15_000, file_ms: 0 },
  { start_ms: 60_000, end_ms: 70_000, file_ms: 10_000 },
]);

test.each([
  [4999, null],
  [5000, 0],
  [14_999, 9999],
  [15_000, null],
  [61_000, 11_000],
  [70_000, null],
])("at %i ms of the sitting the file is at %s", (sessionMs, fileMs) => {
  expect(HOLED.fileAt(sessionMs)).toBe(fileMs);
});

test.each([
  [0, 5000],
  [9999, 14_999],
  [10_000, 60_000],
  [25_000, 70_000],
])("at %i ms of the file the sitting was at %i", (fileMs, sessionMs) => {
  expect(HOLED.sessionAt(fileMs)).toBe(sessionMs);
});

test.each([
  [0, 5000],
  [7000, 7000],
  [20_000, 60_000],
  [99_000, 69_999],
])("who asks for %i is shown %i", (asked, shown) => {
  expect(HOLED.nearest(asked)).toBe(shown);
});

test("a recording of nothing stands still", () => {
  const nothing = new RecordingTimeline([]);
  expect([nothing.fileAt(0), nothing.sessionAt(5), nothing.nearest(9)]).toEqual([null, 0, 0]);
});
