import { beforeEach, expect, test } from "vitest";

import { CameraFacts } from "./camera_facts";

beforeEach(() => {
  sessionStorage.clear();
});

test("losing the camera is told once, and its return once", () => {
  const facts = new CameraFacts("s", sessionStorage);

  const told = (["asking", "on", "lost", "asking", "failed", "asking", "on", "on"] as const).map((status) => facts.observe(status));

  expect(told).toEqual([null, null, "camera_lost", null, null, null, "camera_back", null]);
});

test("a reload does not forget that the camera is away", () => {
  new CameraFacts("s", sessionStorage).observe("lost");

  expect(new CameraFacts("s", sessionStorage).observe("failed")).toBe(null);
  expect(new CameraFacts("s", sessionStorage).observe("on")).toBe("camera_back");
});
