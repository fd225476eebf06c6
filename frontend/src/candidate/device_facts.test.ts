import { beforeEach, expect, test } from "vitest";

import { DeviceFacts, DevicesFacts } from "./device_facts";

beforeEach(() => {
  sessionStorage.clear();
});

test("losing a camera is told once, and its return once", () => {
  const facts = new DeviceFacts("camera", "s", sessionStorage);

  const told = (["asking", "on", "lost", "off", "asking", "failed", "asking", "on", "on"] as const).map((status) => facts.observe(status));

  expect(told).toEqual([null, null, "camera_lost", null, null, null, null, "camera_back", null]);
});

test("a reload does not forget that the microphone is away", () => {
  new DeviceFacts("microphone", "s", sessionStorage).observe("lost");

  expect(new DeviceFacts("microphone", "s", sessionStorage).observe("failed")).toBe(null);
  expect(new DeviceFacts("microphone", "s", sessionStorage).observe("on")).toBe("microphone_back");
});

test("a camera and a microphone are told apart, and so are two sittings", () => {
  new DeviceFacts("microphone", "s", sessionStorage).observe("lost");

  expect(new DeviceFacts("camera", "s", sessionStorage).observe("on")).toBe(null);
  expect(new DeviceFacts("microphone", "t", sessionStorage).observe("on")).toBe(null);
});

test("both are looked at together, and only what is news is told", () => {
  const facts = new DevicesFacts("s", sessionStorage);
  const [on, lost] = [{ status: "on" }, { status: "lost" }] as const;

  expect(facts.observe({ camera: on, microphone: { status: "off" } })).toEqual([]);
  expect(facts.observe({ camera: lost, microphone: lost })).toEqual(["camera_lost", "microphone_lost"]);
  expect(facts.observe({ camera: lost, microphone: on })).toEqual(["microphone_back"]);
});
