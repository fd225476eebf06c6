import { expect, test } from "vitest";

import { sizeWithin } from "./frame_capture";

const LIMIT = { width: 640, height: 480 };

test.each([
  [{ width: 640, height: 480 }, { width: 640, height: 480 }],
  [{ width: 1280, height: 720 }, { width: 640, height: 360 }],
  [{ width: 720, height: 1280 }, { width: 270, height: 480 }],
  [{ width: 320, height: 240 }, { width: 320, height: 240 }],
])("%o fits as %o", (source, expected) => {
  expect(sizeWithin(source, LIMIT)).toEqual(expected);
});
