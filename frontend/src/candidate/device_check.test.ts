import { expect, test } from "vitest";

import { deviceLines, speedLine } from "./device_check";
import type { Surroundings } from "./device_check";

const ALL: Surroundings = { isSecure: true, hasCamera: true, hasSound: true, hasSockets: true, canShare: true, hasSeveralScreens: false };
const NEEDS = { camera: true, microphone: true, screen: true };

function states(around: Partial<Surroundings>, needs = NEEDS): Record<string, string> {
  return Object.fromEntries(deviceLines(needs, { ...ALL, ...around }).map(({ key, state }) => [key, state]));
}

test("a device that can do everything is fine in every line", () => {
  expect(states({})).toEqual({ browser: "fine", screens: "fine", sharing: "fine" });
});

test.each<[string, Partial<Surroundings>, string, string]>([
  ["an address without https", { isSecure: false }, "browser", "failed"],
  ["no camera in this browser", { hasCamera: false }, "browser", "failed"],
  ["no sound in this browser", { hasSound: false }, "browser", "failed"],
  ["no sockets in this browser", { hasSockets: false }, "browser", "failed"],
  ["a second screen", { hasSeveralScreens: true }, "screens", "notice"],
  ["screens that nobody tells of", { hasSeveralScreens: null }, "screens", "fine"],
  ["a phone, which shares no screen", { canShare: false }, "sharing", "failed"],
])("%s", (_name, around, key, state) => {
  expect(states(around)[key]).toBe(state);
});

test("what the exam does not need is not asked of the device", () => {
  const needs = { camera: false, microphone: false, screen: false };

  expect(states({ hasCamera: false, hasSound: false, canShare: false }, needs)).toEqual({ browser: "fine", screens: "fine" });
});

test("the line says what was measured and what it means", () => {
  expect(speedLine(null).state).toBe("running");
  expect(speedLine("failed").state).toBe("failed");
  expect(speedLine({ downKbitS: 20_000, upKbitS: 4000 })).toMatchObject({
    state: "fine",
    words: "Your connection is good: 20 Mbit/s down, 4.0 Mbit/s up.",
  });
  expect(speedLine({ downKbitS: 2000, upKbitS: 200 }).words).toContain("is enough: 2.0 Mbit/s down, 0.2 Mbit/s up");
  expect(speedLine({ downKbitS: 2000, upKbitS: 60 })).toMatchObject({ state: "notice" });
});
