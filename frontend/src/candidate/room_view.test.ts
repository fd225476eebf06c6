import { expect, test } from "vitest";

import fixtures from "../../../tests/fixtures/protocol/messages.json";
import type { SessionState, SessionView } from "../protocol/messages";
import { guidanceText, reasonToWait } from "./elements/camera_check";
import { isShownInFrame } from "./elements/exam_page";
import { cameraLight, connectionLight } from "./elements/status_lights";
import { NINE_POINTS } from "./gaze_course";
import type { GazeState } from "./gaze_walk";
import { firstView, hasEnded, isInExam, pointsAreOpen, wantsFrames } from "./room_view";
import type { RoomView } from "./room_view";

const SESSION = fixtures.server.valid[0]!.message.session as SessionView;
const STREAM = {} as MediaStream;

function view(state: SessionState, change: Partial<RoomView> = {}): RoomView {
  const config = {
    session: { ...SESSION, state },
    urls: { ticket: "", start: "", submit: "", socket: "", thanks: "" },
    watched: [{ key: "webcam", label: "Camera", why: "" }],
    candidate_name: "",
  };
  return { ...firstView(config), networkOnline: true, ...change };
}

test("each state has its page, and pictures are taken only where they are wanted", () => {
  const states: SessionState[] = ["checking", "ready", "running", "paused", "submitted", "expired", "terminated", "cancelled"];

  const rows = states.map((state) => [hasEnded(view(state).session), isInExam(view(state).session), wantsFrames(view(state))]);

  expect(rows).toEqual([
    [false, false, true],
    [false, false, true],
    [false, true, true],
    [false, true, false],
    [true, false, false],
    [true, false, false],
    [true, false, false],
    [true, false, false],
  ]);
});

test("an exam that does not watch the camera neither waits for it nor takes pictures", () => {
  const unwatched = view("checking", { cameraNeeded: false });

  expect([reasonToWait(unwatched), wantsFrames(unwatched)]).toEqual([null, false]);
});

test.each([
  [{}, "Your browser asks whether this page may use the camera. Choose Allow."],
  [{ camera: { status: "failed", reason: "NotFoundError" } }, "The camera is not on yet."],
  [{ camera: { status: "on", stream: STREAM } }, "Connecting…"],
  [
    { camera: { status: "on", stream: STREAM }, networkOnline: false },
    "You are offline. The check goes on when the connection is back.",
  ],
  [{ camera: { status: "on", stream: STREAM }, connection: { status: "connected" } }, "Looking for you…"],
  [
    {
      camera: { status: "on", stream: STREAM },
      connection: { status: "connected" },
      guidance: { type: "guidance", ok: false, code: "too_far", text: "Come a little closer.", progress: 0.2 },
    },
    "Come a little closer.",
  ],
  [
    {
      camera: { status: "on", stream: STREAM },
      connection: { status: "connected" },
      guidance: { type: "guidance", ok: true, code: "turn_left", text: "Turn to your left.", progress: 0.6 },
    },
    "Turn to your left.",
  ],
] satisfies [Partial<RoomView>, string][])("guidance for %o", (change, words) => {
  expect(guidanceText(view("checking", change))).toBe(words);
});

test("who is ready hears when a person will check the face", () => {
  const text = "A person will look at it.";
  const guidance = { type: "guidance", ok: true, code: "person_checks", text, progress: 1 } as const;
  expect(guidanceText(view("ready", { guidance }))).toBe(text);
  expect(guidanceText(view("ready", { guidance: { ...guidance, code: "ok" } }))).toContain("You can start");
});

test("the start waits for a reason and stops waiting when the server says ready", () => {
  const on = { camera: { status: "on", stream: STREAM } } as const;

  expect([reasonToWait(view("checking")), reasonToWait(view("checking", on)), reasonToWait(view("ready", on))]).toEqual([
    "You can start as soon as the camera is on and the check is complete.",
    "You can start as soon as the camera check is complete.",
    null,
  ]);
});

test.each([
  [{ status: "unwanted" }, false],
  [{ status: "offered", refusal: null }, true],
  [{ status: "offered", refusal: "It did not match." }, true],
  [{ status: "walking", points: NINE_POINTS, place: 3 }, true],
  [{ status: "fitting" }, true],
  [{ status: "fitted" }, false],
  [{ status: "skipped" }, false],
] satisfies [GazeState, boolean][])("points that are %o keep the start waiting: %s", (gaze, open) => {
  const ready = view("ready", { gaze });

  expect(pointsAreOpen(ready)).toBe(open);
  expect(reasonToWait(ready)).toBe(open ? "You can start after the points, or as soon as you go on without them." : null);
  expect(guidanceText(ready)).toContain(open ? "One step is left" : "You can start");
  expect(pointsAreOpen(view("running", { gaze }))).toBe(false);
});

test("while points are shown the usual pictures rest", () => {
  const gaze = { status: "walking", points: NINE_POINTS, place: 0 } as const;

  expect([wantsFrames(view("ready", { gaze })), wantsFrames(view("ready"))]).toEqual([false, true]);
});

test("lights say in words what they show", () => {
  const lights = [
    cameraLight(view("running", { camera: { status: "on", stream: STREAM } })),
    cameraLight(view("running", { camera: { status: "lost" } })),
    connectionLight(view("running", { connection: { status: "connected" } })),
    connectionLight(view("running", { connection: { status: "waiting" } })),
    connectionLight(view("running", { connection: { status: "connected" }, networkOnline: false })),
  ];

  expect(lights).toEqual([
    { tone: "good", text: "Camera on" },
    { tone: "critical", text: "Camera off" },
    { tone: "good", text: "Connected" },
    { tone: "warning", text: "Connecting" },
    { tone: "critical", text: "Offline" },
  ]);
});

test.each([
  ["https://exams.example.org/la1/", true],
  ["/content/la1/", true],
  ["", false],
  ["//elsewhere.example.org/", false],
  ["javascript:alert(1)", false],
  ["data:text/html,x", false],
])("content at '%s' is shown in the frame: %s", (url, shown) => {
  expect(isShownInFrame(url)).toBe(shown);
});
