import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { WholeScreen } from "./whole_screen";

let element: Element | null;
let steps: string[];
let refused: boolean;

beforeEach(() => {
  [element, steps, refused] = [null, [], false];
  Object.defineProperty(document, "fullscreenElement", { configurable: true, get: () => element });
  document.documentElement.requestFullscreen = () => {
    steps.push("take");
    if (refused) return Promise.reject(new Error("no gesture"));
    element = document.documentElement;
    return Promise.resolve();
  };
  document.exitFullscreen = async () => {
    steps.push("leave");
    await Promise.resolve();
    steps.push("left");
    element = null;
  };
});

afterEach(() => vi.restoreAllMocks());

test("it is taken and given back once", async () => {
  const screen = new WholeScreen();
  await screen.take();
  await screen.giveBack();
  await screen.giveBack();
  expect(steps).toEqual(["take", "leave", "left"]);
});

test("who was in full screen before stays there", async () => {
  element = document.body;
  const screen = new WholeScreen();
  await screen.take();
  await screen.giveBack();
  expect(steps).toEqual([]);
});

test("whoever begins again at once waits until it was left", async () => {
  const screen = new WholeScreen();
  await screen.take();
  void screen.giveBack();
  await screen.take();
  expect(steps).toEqual(["take", "leave", "left", "take"]);
});

test("a browser that refuses, and a person who leaves, are no trouble", async () => {
  vi.spyOn(console, "info").mockReturnValue();
  refused = true;
  const screen = new WholeScreen();
  await screen.take();
  await screen.giveBack();
  refused = false;
  await screen.take();
  element = null;
  await screen.giveBack();
  expect(steps).toEqual(["take", "take"]);
});
