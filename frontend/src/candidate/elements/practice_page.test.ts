import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { Practice, PracticeView } from "../practice";
import { PracticePage, practiceWords } from "./practice_page";

const CONFIG = {
  exam_title: "Logic I",
  camera: true,
  microphone: true,
  screen: false,
  urls: { ticket: "/t/", speed: "/s/", back: "/join/x/", socket: "/ws/practice/" },
};
const VIEW: PracticeView = {
  camera: { status: "off" },
  microphone: { status: "off" },
  connection: { status: "connecting" },
  guidance: null,
};
const stream = {} as MediaStream;

let begun: number;
let page: PracticePage;

async function shown(view: Partial<PracticeView>, config: Partial<typeof CONFIG> = {}): Promise<string> {
  const camera = { choices: () => Promise.resolve([]), open: () => Promise.resolve(), id: "" };
  const practice = { config: { ...CONFIG, ...config }, view: { ...VIEW, ...view }, camera, begin: () => (begun += 1), soundLevelDb: () => -100 };
  page = document.createElement("practice-page") as PracticePage;
  page.practice = practice as unknown as Practice;
  document.body.replaceChildren(page);
  await page.updateComplete;
  return page.textContent ?? "";
}

async function begin(): Promise<string> {
  page.querySelector<HTMLButtonElement>("[data-action=begin]")?.click();
  await page.updateComplete;
  return page.textContent ?? "";
}

beforeEach(() => {
  begun = 0;
  vi.stubGlobal("fetch", () => new Promise(() => undefined));
});

afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

test("nothing is opened before somebody begins, and it is said what is sent", async () => {
  expect(await shown({})).toContain("thrown away at once");
  expect(begun).toBe(0);

  expect(await begin()).toContain("Choose Allow");
  expect(begun).toBe(1);
});

test("a camera that is refused says what helps", async () => {
  await shown({ camera: { status: "failed", reason: "NotAllowedError" } });

  expect(await begin()).toContain("The camera is not allowed");
});

test("an exam without camera and microphone tries the device alone", async () => {
  const text = await shown({}, { camera: false, microphone: false });

  expect([text.includes("Begin the practice run"), text.includes("Connection")]).toEqual([false, true]);
});

test.each<[Partial<PracticeView>, string]>([
  [{ camera: { status: "on", stream } }, "Connecting…"],
  [{ camera: { status: "on", stream }, connection: { status: "connected" } }, "Looking for you…"],
  [{ camera: { status: "on", stream }, connection: { status: "stopped", words: "Over." } }, "Over."],
  [{ camera: { status: "lost" } }, "The camera is not on yet."],
  [
    {
      camera: { status: "on", stream },
      connection: { status: "connected" },
      guidance: { type: "guidance", ok: false, code: "too_dark", text: "It is too dark.", progress: 0 },
    },
    "It is too dark.",
  ],
])("words for what the camera tells: %#", (view, words) => {
  expect(practiceWords({ ...VIEW, ...view })).toBe(words);
});
