import { expect, test } from "vitest";

import { FramePace, PICTURE_BITS_PER_S } from "./frame_pace";

const WISHED = { frame_interval_ms: 1000, frame_width: 640, frame_height: 480, jpeg_quality: 0.75, ack_timeout_ms: 10_000 };

/** A camera whose pictures have `bytes` as wished and less with quality and size, on a line of so many bits. */
function live(pace: FramePace, { bytes, lineBitsPerS = Infinity, forS }: { bytes: number; lineBitsPerS?: number; forS: number }): number {
  let sentBits = 0;
  for (let atMs = 0; atMs < forS * 1000; atMs += pace.settings.frame_interval_ms) {
    const { frame_width, jpeg_quality } = pace.settings;
    const size = bytes * (frame_width / 640) ** 2 * (jpeg_quality / 0.75) ** 0.8;
    pace.sent(size);
    pace.answered(80 + (size * 8000) / lineBitsPerS);
    sentBits += size * 8;
  }
  return sentBits / forS;
}

test("small pictures on a good line go as the server wishes", () => {
  const pace = new FramePace(WISHED);
  live(pace, { bytes: 9000, forS: 60 });

  expect([pace.settings, pace.isSlow]).toEqual([WISHED, false]);
});

test.each([14_000, 25_000, 40_000, 60_000])("pictures of %i bytes come into the budget within a minute", (bytes) => {
  const pace = new FramePace(WISHED);
  live(pace, { bytes, forS: 60 });

  expect(live(pace, { bytes, forS: 120 })).toBeLessThanOrEqual(PICTURE_BITS_PER_S * 1.05);
  expect(pace.isSlow).toBe(false);
});

test("a slow line gets fewer and smaller pictures, and keeps time for facts", () => {
  const pace = new FramePace(WISHED);
  live(pace, { bytes: 14_000, lineBitsPerS: 64_000, forS: 60 });

  expect(live(pace, { bytes: 14_000, lineBitsPerS: 64_000, forS: 60 })).toBeLessThan(0.65 * 64_000);
  expect(pace.settings.frame_interval_ms).toBeLessThanOrEqual(10_000);
});

test("a very slow line is told, and forgotten when it is quick again", () => {
  const pace = new FramePace(WISHED);
  live(pace, { bytes: 14_000, lineBitsPerS: 16_000, forS: 60 });
  expect([pace.isSlow, pace.settings.frame_interval_ms > 3000]).toEqual([true, true]);

  live(pace, { bytes: 9000, forS: 120 });
  expect([pace.isSlow, pace.settings]).toEqual([false, WISHED]);
});

test("answers that never come thin pictures to one in ten seconds and no further", () => {
  const pace = new FramePace(WISHED);
  for (let lost = 0; lost < 20; lost += 1) {
    pace.sent(9000);
    pace.answered(10_000);
  }

  expect([pace.isSlow, pace.settings.frame_interval_ms]).toEqual([true, 10_000]);
});
