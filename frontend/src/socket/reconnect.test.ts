import { expect, test } from "vitest";

import { attemptAfterClose, finalCloseWords, JitteredBackoff } from "./reconnect";

test("delays double from half a second and stop at fifteen", () => {
  const latest = new JitteredBackoff(() => 1);

  expect([0, 1, 2, 3, 4, 5, 6, 1000].map((attempt) => latest.delayMs(attempt))).toEqual([
    500, 1000, 2000, 4000, 8000, 15000, 15000, 15000,
  ]);
});

test("jitter covers the whole range down to nothing", () => {
  expect(new JitteredBackoff(() => 0).delayMs(5)).toBe(0);
  expect(new JitteredBackoff(() => 0.5).delayMs(1)).toBe(500);
});

test("only a refusal that cannot heal is final", () => {
  const final = [1000, 1006, 1012, 4400, 4401, 4403, 4404, 4408, 4409, 4429].filter((code) => finalCloseWords(code) !== null);

  expect(final).toEqual([4403, 4404, 4409]);
});

test("being told off skips the short delays", () => {
  expect([attemptAfterClose(4429, 0), attemptAfterClose(4400, 7), attemptAfterClose(1006, 0)]).toEqual([4, 7, 0]);
});
