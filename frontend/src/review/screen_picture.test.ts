import { beforeEach, expect, test } from "vitest";

import { showScreen } from "./screen_picture";

const HINT = { type: "screen", session: "s1", t: 5000, picture: "/sessions/s1/screen.jpg?seq=2" };

beforeEach(() => {
  document.body.innerHTML = '<img id="live-screen" src="/old.jpg">';
});

function shown(): string | null {
  return document.querySelector("#live-screen")!.getAttribute("src");
}

test("the newest picture takes the place of the one before", () => {
  showScreen(HINT, "s1");
  expect(shown()).toBe("/sessions/s1/screen.jpg?seq=2");
});

test.each([null, "screen", { ...HINT, session: "s2" }, { ...HINT, type: "state" }, { ...HINT, picture: "//elsewhere/x.jpg" }])(
  "%j changes nothing",
  (message) => {
    showScreen(message, "s1");
    expect(shown()).toBe("/old.jpg");
  },
);

test("a page without a screen is not disturbed", () => {
  document.body.innerHTML = "";
  expect(() => showScreen(HINT, "s1")).not.toThrow();
});
