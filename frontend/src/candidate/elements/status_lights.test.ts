import { expect, test } from "vitest";

import { recordingLight } from "./status_lights";

test.each([
  [{ status: "on", waiting: 0 }, "good", "Recording"],
  [{ status: "on", waiting: 2 }, "good", "Recording"],
  [{ status: "on", waiting: 5 }, "warning", "Recording, 5 pieces still to send"],
  [{ status: "off", waiting: 0 }, "warning", "Not recording"],
  [{ status: "failed", waiting: 1 }, "warning", "Recording does not work"],
] as const)("%o is told in words", (state, tone, text) => {
  expect(recordingLight(state)).toEqual({ tone, text });
});
