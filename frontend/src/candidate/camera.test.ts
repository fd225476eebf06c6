import { expect, test } from "vitest";

import { Camera } from "./camera";
import type { CameraState } from "./camera";
import { cameraAdvice } from "./camera_words";

class FakeTrack extends EventTarget {
  readonly label = "HD Webcam";
  stopped = false;

  stop(): void {
    this.stopped = true;
  }
}

function streamOf(...tracks: FakeTrack[]): MediaStream {
  return { getVideoTracks: () => tracks, getTracks: () => tracks } as unknown as MediaStream;
}

function cameraGiving(answer: () => Promise<MediaStream>): { camera: Camera; states: CameraState["status"][] } {
  const states: CameraState["status"][] = [];
  return { camera: new Camera({ getUserMedia: answer }, ({ status }) => states.push(status)), states };
}

test("an allowed camera is on and has a name", async () => {
  const { camera, states } = cameraGiving(() => Promise.resolve(streamOf(new FakeTrack())));

  await camera.open();

  expect([states, camera.label]).toEqual([["asking", "on"], "HD Webcam"]);
});

test.each(["NotAllowedError", "NotFoundError", "NotReadableError", "OverconstrainedError", "AbortError", "SecurityError"])(
  "%s is kept as the reason and can be tried again",
  async (reason) => {
    const answers = [() => Promise.reject(new DOMException("no", reason)), () => Promise.resolve(streamOf(new FakeTrack()))];
    const { camera, states } = cameraGiving(() => answers.shift()!());

    await camera.open();
    expect(camera.state).toEqual({ status: "failed", reason });
    await camera.open();

    expect(states).toEqual(["asking", "failed", "asking", "on"]);
  },
);

test("a browser without cameras says so", async () => {
  const camera = new Camera(undefined, () => undefined);

  await camera.open();

  expect(camera.state).toEqual({ status: "failed", reason: "Unsupported" });
});

test("an unplugged camera is lost, a closed one is off", async () => {
  const [unplugged, replacement] = [new FakeTrack(), new FakeTrack()];
  const tracks = [unplugged, replacement];
  const { camera, states } = cameraGiving(() => Promise.resolve(streamOf(tracks.shift()!)));

  await camera.open();
  unplugged.dispatchEvent(new Event("ended"));
  await camera.open();
  unplugged.dispatchEvent(new Event("ended"));
  camera.close();

  expect(states).toEqual(["asking", "on", "lost", "asking", "on", "off"]);
  expect(replacement.stopped).toBe(true);
});

test.each([
  ["NotAllowedError", "The camera is not allowed", /allow the camera/],
  ["NotFoundError", "No camera was found", /Plug in/],
  ["NotReadableError", "The camera is busy", /Another program/],
  ["OverconstrainedError", "The camera that was chosen is not there", /another camera/],
  ["SecurityError", "The browser does not let this page use the camera", /another browser/],
  ["AbortError", "The camera stopped while starting", /try again/],
  ["Unsupported", "This browser cannot use a camera here", /https/],
  ["SomethingNew", "The camera could not be started", /try again/],
])("%s reads '%s' and says what to do", (reason, title, fix) => {
  const advice = cameraAdvice(reason);

  expect(advice.title).toBe(title);
  expect(advice.fix).toMatch(fix);
});

test("another camera is taken from now on, and one that is gone stands in nobody's way", async () => {
  const asked: unknown[] = [];
  const answers = [null, null, new DOMException("gone", "OverconstrainedError"), null];
  const camera = new Camera(
    {
      getUserMedia: (wishes) => {
        asked.push((wishes?.video as MediaTrackConstraints).deviceId ?? "any");
        const refusal = answers.shift();
        return refusal == null ? Promise.resolve(streamOf(new FakeTrack())) : Promise.reject(refusal);
      },
      enumerateDevices: () =>
        Promise.resolve([
          { kind: "audioinput", deviceId: "m", label: "Microphone" },
          { kind: "videoinput", deviceId: "a", label: "Built-in" },
          { kind: "videoinput", deviceId: "b", label: "On a cable" },
        ] as MediaDeviceInfo[]),
    },
    () => undefined,
  );
  await camera.open();
  expect(await camera.choices()).toEqual([
    { id: "a", label: "Built-in" },
    { id: "b", label: "On a cable" },
  ]);

  await camera.choose("b");
  await camera.choose("a");
  expect(camera.state.status).toBe("failed");
  await camera.open();

  expect(asked).toEqual(["any", { exact: "b" }, { exact: "a" }, "any"]);
});

test("the way to the camera's permission is this browser's own", () => {
  expect(cameraAdvice("NotAllowedError", "safari").fix).toContain("Safari's menu");
  expect(cameraAdvice("NotAllowedError", "firefox").fix).toContain("crossed-out camera");
  expect(cameraAdvice("NotAllowedError", "chrome").fix).toContain("left of the address");
});
