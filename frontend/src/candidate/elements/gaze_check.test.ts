import { afterEach, beforeEach, expect, test } from "vitest";

import type { SessionState } from "../../protocol/messages";
import { FIVE_POINTS, NINE_POINTS } from "../gaze_course";
import type { GazePoint } from "../gaze_course";
import type { GazeState } from "../gaze_walk";
import type { Room } from "../room";
import "./gaze_check";
import type { GazeCheck } from "./gaze_check";

let element: GazeCheck;
let asked: (readonly GazePoint[] | "skip")[];
let listeners: Set<() => void>;
let view: { gaze: GazeState; session: { state: SessionState } };

beforeEach(() => {
  asked = [];
  listeners = new Set();
});

afterEach(() => element.remove());

async function show(gaze: GazeState, state: SessionState = "ready"): Promise<void> {
  view = { gaze, session: { state } };
  if (listeners.size > 0) for (const listener of listeners) listener();
  else mount();
  await element.updateComplete;
  await element.querySelector<GazeCheck>("gaze-points")?.updateComplete;
}

function mount(): void {
  element = document.createElement("gaze-check") as GazeCheck;
  element.room = {
    get view() {
      return view;
    },
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    gaze: {
      lookAt: (points: readonly GazePoint[]) => Promise.resolve(void asked.push(points)),
      skip: () => void asked.push("skip"),
    },
  } as unknown as Room;
  document.body.replaceChildren(element);
}

function buttons(): string[] {
  return [...element.querySelectorAll(".gaze-actions button, [data-action=gaze-again]")].map((button) => button.textContent.trim());
}

function click(words: string): void {
  [...element.querySelectorAll("button")].find((button) => button.textContent.trim() === words)!.click();
}

test.each([
  [{ status: "unwanted" }, "ready"],
  [{ status: "offered", refusal: null }, "checking"],
] satisfies [GazeState, SessionState][])("%o in a session that is %s shows nothing", async (gaze, state) => {
  await show(gaze, state);
  expect(element.textContent.trim()).toBe("");
});

test("it is offered with one button to go on without, and the keyboard is led to the first", async () => {
  await show({ status: "offered", refusal: null });
  expect(buttons()).toEqual(["Begin", "Go on without"]);
  expect(document.activeElement?.textContent.trim()).toBe("Begin");

  click("Begin");
  click("Go on without");
  document.activeElement!.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
  expect(asked).toEqual([NINE_POINTS, "skip", "skip"]);
});

test("the keyboard is led there when the camera check is done, too", async () => {
  await show({ status: "offered", refusal: null }, "checking");
  await show({ status: "offered", refusal: null });
  expect(document.activeElement?.textContent.trim()).toBe("Begin");
});

test("somebody who is elsewhere keeps the focus", async () => {
  await show({ status: "unwanted" });
  const field = document.body.appendChild(document.createElement("input"));
  field.focus();
  await show({ status: "offered", refusal: null });
  expect(document.activeElement).toBe(field);
});

test("a refusal is said, and five points are offered first", async () => {
  await show({ status: "offered", refusal: "The points did not match." });
  expect(element.querySelector("[role=alert]")?.textContent).toBe("The points did not match.");
  expect(buttons()).toEqual(["Try with five points", "Try all nine again", "Go on without"]);

  click("Try with five points");
  expect(asked).toEqual([FIVE_POINTS]);
});

test("one point at a time, with its number in words, over the whole page", async () => {
  await show({ status: "walking", points: NINE_POINTS, place: 2 });

  expect(element.querySelector("dialog")?.open).toBe(true);
  expect(element.querySelector("dialog [role=status]")?.textContent).toBe("Point 3 of 9");
  const points = [...element.querySelectorAll<HTMLElement>(".gaze-point")];
  expect(points.map(({ dataset }) => ({ ...dataset }))).toEqual([{ across: "left", down: "top" }]);

  element.querySelector("dialog")!.dispatchEvent(new Event("cancel", { cancelable: true }));
  expect(asked).toEqual(["skip"]);
  await show({ status: "skipped" });
  expect(element.querySelector("dialog")?.open).toBe(false);
});

test.each([
  [{ status: "fitted" }, "This step is complete", "Look at the points again"],
  [{ status: "skipped" }, "not held against you", "Look at the points after all"],
] satisfies [GazeState, string, string][])("%o can be done again", async (gaze, words, again) => {
  await show(gaze);
  expect(element.querySelector("p[role=status]")?.textContent).toContain(words);
  expect(buttons()).toEqual([again]);

  click(again);
  expect(asked).toEqual([NINE_POINTS]);
});
