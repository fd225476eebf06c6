import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { HEADER_BYTES, KIND_SOUND_PCM } from "../protocol/frame_header";
import { microphoneAdvice } from "./microphone_words";
import type { MicrophoneState } from "./microphone";
import { Sound } from "./sound";

class FakeTrack extends EventTarget {
  stopped = false;

  stop(): void {
    this.stopped = true;
  }
}

let track: FakeTrack;
let states: MicrophoneState[];
let sent: { kind: number; seq: number; tMs: number; bytes: number }[];
let wanted: boolean;
let socketOpen: boolean;
let asked: MediaStreamConstraints | undefined;
let nowMs: number;

/** As a voice is: not all the time. */
const LOUD = new Float32Array(16_000).map((_, place) => (place < 8000 ? 0.2 : 0.001));

function soundFrom(answer: () => Promise<MediaStream>): Sound {
  return new Sound({
    mediaDevices: {
      getUserMedia: (constraints) => {
        asked = constraints;
        return answer();
      },
    },
    openContext: () =>
      ({
        sampleRate: 16_000,
        state: "running",
        audioWorklet: { addModule: () => Promise.resolve() },
        createMediaStreamSource: () => ({ connect: () => undefined }),
        close: () => Promise.resolve(),
      }) as unknown as AudioContext,
    nowMs: () => nowMs,
    isWanted: () => wanted,
    onChange: (state) => states.push(state),
    send: (message) => {
      const view = new DataView(message.buffer);
      const header = { kind: view.getUint8(1), seq: view.getUint32(2), tMs: view.getUint32(6) };
      if (socketOpen) sent.push({ ...header, bytes: message.length - HEADER_BYTES });
      return socketOpen;
    },
  });
}

function allowed(): Promise<MediaStream> {
  return Promise.resolve({ getAudioTracks: () => [track], getTracks: () => [track] } as unknown as MediaStream);
}

function hear(sound: Sound, atMs: number): void {
  nowMs = atMs;
  sound.heard(LOUD, 16_000);
}

beforeEach(() => {
  track = new FakeTrack();
  [states, sent, wanted, socketOpen, asked] = [[], [], true, true, undefined];
  vi.stubGlobal(
    "AudioWorkletNode",
    class {
      readonly port = { onmessage: null };
    },
  );
});

afterEach(() => vi.unstubAllGlobals());

test("the browser's own processing is off, and a closed microphone is let go", async () => {
  const sound = soundFrom(allowed);
  await sound.open();
  sound.close();

  expect(asked?.audio).toEqual({ channelCount: 1, echoCancellation: false, noiseSuppression: false, autoGainControl: false });
  expect([states.map(({ status }) => status), track.stopped]).toEqual([["asking", "on", "off"], true]);
});

test("windows are numbered on from what the server knows", () => {
  const sound = soundFrom(allowed);
  sound.start(7);
  hear(sound, 1000);
  hear(sound, 2000);

  expect(sent).toEqual([
    { kind: KIND_SOUND_PCM, seq: 7, tMs: 0, bytes: 32_000 },
    { kind: KIND_SOUND_PCM, seq: 8, tMs: 1000, bytes: 32_000 },
  ]);
});

test("nothing is sent before the server asks for it, nor while it is not wanted", () => {
  const sound = soundFrom(allowed);
  hear(sound, 1000);
  sound.start(1);
  wanted = false;
  hear(sound, 2000);

  expect(sent).toEqual([]);
});

test("what the socket does not take is lost, and its number goes to the next", () => {
  const sound = soundFrom(allowed);
  sound.start(1);
  socketOpen = false;
  hear(sound, 1000);
  socketOpen = true;
  hear(sound, 2000);

  expect(sent.map(({ seq, tMs }) => [seq, tMs])).toEqual([[1, 1000]]);
});

test.each(["NotAllowedError", "NotFoundError", "NotReadableError", "AbortError"])("%s is told in words and can be tried again", async (reason) => {
  const answers = [() => Promise.reject(new DOMException("no", reason)), allowed];
  const sound = soundFrom(() => answers.shift()!());

  await sound.open();
  expect(states.at(-1)).toEqual({ status: "failed", reason });
  expect(microphoneAdvice(states.at(-1)!)?.title).toMatch(/microphone/i);
  await sound.open();
  expect(states.at(-1)).toEqual({ status: "on" });
  expect(microphoneAdvice(states.at(-1)!)).toBeNull();
});

test("a microphone that is unplugged is lost", async () => {
  const sound = soundFrom(allowed);
  await sound.open();
  track.dispatchEvent(new Event("ended"));

  expect(states.at(-1)).toEqual({ status: "lost" });
  expect(microphoneAdvice({ status: "lost" })?.title).toBe("The microphone stopped");
});

test("a browser without worklets says so", async () => {
  vi.stubGlobal("AudioWorkletNode", undefined);
  const sound = soundFrom(allowed);
  await sound.open();

  expect(states).toEqual([{ status: "failed", reason: "Unsupported" }]);
});
