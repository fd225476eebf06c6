import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { ClientMessage } from "../protocol/messages";
import { FIVE_POINTS, NINE_POINTS } from "./gaze_course";
import { GazeWalk } from "./gaze_walk";
import type { GazeState } from "./gaze_walk";

const PAGE = { width: 1280, height: 720 };
const JPEG = new Uint8Array([0xff, 0xd8]);

let states: GazeState[];
let said: ClientMessage[];
let looks: { kind: number; seq: number; point: number; jpeg: number[] }[];
let answers: boolean;
let open: boolean;
let found: (point: number) => boolean;
let walk: GazeWalk;

beforeEach(() => {
  vi.useFakeTimers();
  [states, said, looks] = [[], [], []];
  [answers, open, found] = [true, true, () => true];
  walk = new GazeWalk({
    capture: () => Promise.resolve(JPEG),
    say: (message) => open && said.push(message) > 0,
    sendLook: (message) => {
      const view = new DataView(message.buffer);
      const look = { kind: view.getUint8(1), seq: view.getUint32(2), point: message[10]!, jpeg: [...message.slice(11)] };
      looks.push(look);
      if (answers) setTimeout(() => walk.acknowledged(look.seq, found(look.point)), 20);
      return open;
    },
    onChange: (state) => states.push(state),
  });
  walk.welcomed(false);
});

afterEach(() => vi.useRealTimers());

function statuses(): string[] {
  return states.map(({ status }) => status);
}

async function wholeWalk(points = NINE_POINTS): Promise<void> {
  void walk.begin(points, PAGE);
  await vi.advanceTimersByTimeAsync(70_000);
}

test("each point is shown for a second, and what is seen in its first 300 ms is not sent", async () => {
  void walk.begin(NINE_POINTS, PAGE);
  await vi.advanceTimersByTimeAsync(290);
  expect([states.at(-1), looks]).toEqual([{ status: "walking", points: NINE_POINTS, place: 0 }, []]);

  await vi.advanceTimersByTimeAsync(690);
  expect(states.at(-1)).toMatchObject({ place: 0 });
  await vi.advanceTimersByTimeAsync(150);
  expect(states.at(-1)).toMatchObject({ place: 1 });
  expect(looks.length).toBeGreaterThanOrEqual(3);
  expect(looks[0]).toEqual({ kind: 4, seq: 1, point: 0, jpeg: [0xff, 0xd8] });
});

test("after the last point the server is asked for a fit, and keeps it", async () => {
  await vi.advanceTimersByTimeAsync(0);
  void walk.begin(NINE_POINTS, PAGE);
  await vi.advanceTimersByTimeAsync(12_000);

  expect(said.map(({ type }) => type)).toEqual(["gaze_begin", "gaze_fit"]);
  expect(said[0]).toMatchObject({ points: expect.arrayContaining([[0, 0], [-592, -312], [592, 312]]) as unknown });
  expect(new Set(looks.map(({ point }) => point))).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7, 8]));
  expect(looks.map(({ seq }) => seq)).toEqual(looks.map((_, index) => index + 1));
  walk.answered({ type: "gaze", kept: true, code: "kept", text: "Thank you." });
  expect(states.at(-1)).toEqual({ status: "fitted" });
  await vi.advanceTimersByTimeAsync(20_000);
  expect(states.at(-1)).toEqual({ status: "fitted" });
});

test("a bad fit is said, and numbers go on in the next try", async () => {
  void walk.begin(NINE_POINTS, PAGE);
  await vi.advanceTimersByTimeAsync(12_000);
  walk.answered({ type: "gaze", kept: false, code: "unsteady", text: "The points did not match." });
  expect(states.at(-1)).toEqual({ status: "offered", refusal: "The points did not match." });

  const before = looks.length;
  void walk.begin(FIVE_POINTS, PAGE);
  await vi.advanceTimersByTimeAsync(7000);
  expect(looks[before]).toMatchObject({ seq: before + 1, point: 0 });
  expect(states.at(-1)).toEqual({ status: "fitting" });
});

test("eyes that are not found make a point last longer, but not for ever", async () => {
  found = (point) => point !== 0;
  void walk.begin(FIVE_POINTS, PAGE);
  await vi.advanceTimersByTimeAsync(6000);
  expect(states.at(-1)).toMatchObject({ place: 0 });
  await vi.advanceTimersByTimeAsync(700);
  expect(states.at(-1)).toMatchObject({ place: 1 });
});

test("a server that never answers ends in words", async () => {
  answers = false;
  await wholeWalk(FIVE_POINTS);
  expect(said.at(-1)).toEqual({ type: "gaze_fit" });
  await vi.advanceTimersByTimeAsync(12_000);
  expect(states.at(-1)).toEqual({ status: "offered", refusal: "No answer came, so nothing was kept. Please try again." });
});

test("skipping ends the walk at once, and nothing more is sent or believed", async () => {
  void walk.begin(NINE_POINTS, PAGE);
  await vi.advanceTimersByTimeAsync(2500);
  walk.skip();
  const sent = looks.length;
  await vi.advanceTimersByTimeAsync(20_000);

  expect([looks.length, statuses().at(-1)]).toEqual([sent, "skipped"]);
  expect(said.map(({ type }) => type)).toEqual(["gaze_begin"]);
  walk.answered({ type: "gaze", kept: true, code: "kept", text: "" });
  walk.welcomed(false);
  expect(statuses().at(-1)).toBe("skipped");
});

test("a lost line offers it again, and a closed one says so at once", async () => {
  void walk.begin(NINE_POINTS, PAGE);
  await vi.advanceTimersByTimeAsync(2500);
  walk.interrupted();
  expect(states.at(-1)).toMatchObject({ status: "offered", refusal: expect.stringContaining("connection was lost") as unknown });

  open = false;
  void walk.begin(NINE_POINTS, PAGE);
  expect(states.at(-1)).toMatchObject({ status: "offered", refusal: expect.stringContaining("connection was lost") as unknown });
  walk.interrupted();
  expect(statuses().at(-1)).toBe("offered");
});

test("who was fitted before a reload is not asked again, and where eyes are not followed nobody is", () => {
  walk.welcomed(true);
  expect(statuses().at(-1)).toBe("fitted");
  walk.welcomed(undefined);
  expect(statuses().at(-1)).toBe("unwanted");
});
