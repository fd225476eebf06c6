import { afterEach, beforeEach, expect, test, vi } from "vitest";

import "./recording_player";
import type { RecordingPlayer } from "./recording_player";

const CAMERA = [
  { start_ms: 0, end_ms: 10_000, file_ms: 0 },
  { start_ms: 60_000, end_ms: 70_000, file_ms: 10_000 },
];
const SCREEN = [{ start_ms: 5000, end_ms: 65_000, file_ms: 0 }];

let player: RecordingPlayer;

/** happy-dom plays nothing: what is told to the videos is what is looked at. */
async function open(): Promise<void> {
  const tracks = [
    { url: "/webcam/", source: "webcam", spans: CAMERA },
    { url: "/screen/", source: "screen", spans: SCREEN },
  ];
  document.body.innerHTML = `<script type="application/json" id="recording-tracks">${JSON.stringify(tracks)}</script>
    <button type="button" data-play-ms="62000">Watch</button>`;
  player = document.createElement("recording-player") as RecordingPlayer;
  document.body.append(player);
  await player.updateComplete;
}

function videos(): HTMLVideoElement[] {
  return [...player.querySelectorAll("video")];
}

async function seek(sessionMs: number): Promise<void> {
  player.seek(sessionMs);
  await player.updateComplete;
}

beforeEach(async () => {
  vi.spyOn(HTMLMediaElement.prototype, "play").mockResolvedValue();
  vi.spyOn(HTMLMediaElement.prototype, "pause").mockReturnValue();
  Element.prototype.scrollIntoView = vi.fn();
  await open();
});

afterEach(() => {
  player.remove();
  vi.restoreAllMocks();
});

test("both pictures are put at the same moment of the sitting", async () => {
  await seek(62_000);
  expect(videos().map(({ currentTime }) => currentTime)).toEqual([12, 57]);
});

test("where the camera has a hole the screen leads, and it is said", async () => {
  await seek(30_000);
  expect(videos()[1]!.currentTime).toBe(25);
  expect(videos()[0]!.hidden).toBe(true);
  expect(player.textContent).toContain("No video at this moment");
});

test("beyond the end the last moment is shown", async () => {
  await seek(99_000);
  expect(videos()[0]!.currentTime).toBeCloseTo(19.999);
  expect(player.querySelector("[role=status]")!.textContent).toContain("this is the nearest");
});

test("a button anywhere on the page plays from its moment", async () => {
  document.querySelector<HTMLButtonElement>("[data-play-ms]")!.click();
  await player.updateComplete;
  expect(videos()[0]!.currentTime).toBe(12);
  expect(videos()[0]!.play).toHaveBeenCalled();
  expect(player.querySelector("[data-action=play]")!.textContent!.trim()).toBe("Pause");
});

test("the space bar plays and pauses, but not from a button", async () => {
  player.dispatchEvent(new KeyboardEvent("keydown", { key: " " }));
  await player.updateComplete;
  expect(player.isPlaying).toBe(true);
  const button = player.querySelector("button")!;
  button.dispatchEvent(new KeyboardEvent("keydown", { key: " ", bubbles: true }));
  expect(player.isPlaying).toBe(true);
});
