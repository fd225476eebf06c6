import { expect, test } from "vitest";

import { CameraTraits, PICTURES_TIMED, saidBy, timing } from "./camera_traits";
import type { TimedVideo } from "./camera_traits";

type Callback = (now: number, metadata: { readonly captureTime?: number }) => void;

class Video implements TimedVideo {
  readonly videoWidth = 640;
  readonly videoHeight = 480;
  waiting: Callback | null = null;

  requestVideoFrameCallback(callback: Callback): number {
    this.waiting = callback;
    return 1;
  }

  show(captureTime?: number): void {
    const callback = this.waiting!;
    this.waiting = null;
    callback(0, captureTime === undefined ? {} : { captureTime });
  }
}

function camera(settings: MediaTrackSettings, capabilities?: MediaTrackCapabilities): MediaStream {
  const track = {
    getSettings: () => settings,
    ...(capabilities !== undefined && { getCapabilities: () => capabilities }),
  };
  return { getVideoTracks: () => [track] } as unknown as MediaStream;
}

const PLAIN = camera({ width: 640, height: 480, frameRate: 15 }, { width: { max: 1280 }, height: {}, frameRate: {} });
const SAID = { capabilities: 3, told_width_px: 640, told_height_px: 480, told_fps_milli: 15_000 };

test("after enough pictures the camera is described once", () => {
  const video = new Video();
  let told = 0;
  const traits = new CameraTraits(video, () => (told += 1));
  traits.watch(PLAIN);
  for (let picture = 0; picture < PICTURES_TIMED; picture += 1) {
    expect(traits.take()).toBeNull();
    video.show(picture * 66.7 + (picture % 3));
  }
  expect(told).toBe(1);
  expect(traits.take()).toEqual({ ...SAID, width_px: 640, height_px: 480, interval_us: 67_700, jitter_us: 3000 });
  expect([traits.take(), video.waiting]).toEqual([null, null]);
});

test("a browser that does not tell when pictures were taken still says what the camera says", () => {
  const video = new Video();
  const traits = new CameraTraits(video, () => undefined);
  traits.watch(PLAIN);
  video.show();
  expect(traits.take()).toEqual({ ...SAID, width_px: 640, height_px: 480 });
  const old = new CameraTraits({ videoWidth: 0, videoHeight: 0 }, () => undefined);
  old.watch(PLAIN);
  expect(old.take()).toEqual(SAID);
});

test("another camera begins anew, and one that is gone says nothing", () => {
  const video = new Video();
  const traits = new CameraTraits(video, () => undefined);
  traits.watch(PLAIN);
  const ofTheFirst = video.waiting!;
  traits.watch(camera({}, {}));
  ofTheFirst(0, {});
  expect(traits.take()).toBeNull();
  video.show();
  expect(traits.take()).toEqual({ capabilities: 0, width_px: 640, height_px: 480 });
  traits.watch(PLAIN);
  traits.watch(null);
  video.show();
  expect(traits.take()).toBeNull();
});

test("what a browser does not know is left out", () => {
  expect(saidBy(camera({}).getVideoTracks()[0]!)).toEqual({});
  expect(saidBy(camera({ frameRate: 29.97 }).getVideoTracks()[0]!)).toEqual({ told_fps_milli: 29_970 });
});

test("regular and irregular pictures", () => {
  const every = (step: (place: number) => number): number[] => Array.from({ length: PICTURES_TIMED }, (_, place) => step(place));
  expect(timing(every((place) => place * 40))).toEqual({ interval_us: 40_000, jitter_us: 0 });
  expect(timing(every((place) => place * 40 + (place % 50 === 0 ? 8 : 0)))).toEqual({ interval_us: 40_000, jitter_us: 0 });
  expect(timing(every((place) => place * 40 + (place % 4)))).toEqual({ interval_us: 41_000, jitter_us: 4000 });
  expect(timing([0, 40, 80])).toEqual({});
});
