import { expect, test } from "vitest";

import { pcmOf, Resampler, SoundWindows } from "./sound_windows";

function constant(value: number, length: number): Float32Array {
  return new Float32Array(length).fill(value);
}

test.each([
  [16_000, 16_000],
  [48_000, 16_000],
  [44_100, 16_000],
  [8_000, 16_000],
])("a second at %i Hz is a second at 16 kHz", (rateHz, expected) => {
  const resampler = new Resampler(rateHz);
  const pieces = Array.from({ length: 10 }, () => resampler.push(constant(0.5, rateHz / 10)));
  const samples = pieces.flatMap((piece) => [...piece]);

  expect(Math.abs(samples.length - expected)).toBeLessThanOrEqual(1);
  expect(Math.max(...samples.map((sample) => Math.abs(sample - 0.5)))).toBeLessThan(1e-6);
});

test("windows follow each other without a seam while the clock only jitters", () => {
  const windows = new SoundWindows(16_000);
  const told = [1000, 2040, 2980, 4000].flatMap((nowMs) => windows.push(constant(0.1, 16_000), nowMs));

  expect(told.map(({ tMs }) => tMs)).toEqual([0, 1000, 2000, 3000]);
});

test("after a stop the clock counts", () => {
  const windows = new SoundWindows(16_000);
  const told = [1000, 9000].flatMap((nowMs) => windows.push(constant(0.1, 16_000), nowMs));

  expect(told.map(({ tMs }) => tMs)).toEqual([0, 8000]);
});

test("pieces of any length become whole windows", () => {
  const windows = new SoundWindows(16_000);

  expect(windows.push(constant(0.1, 15_999), 2000)).toEqual([]);
  const told = windows.push(constant(0.2, 16_002), 3000);
  expect(told.map(({ tMs, samples }) => [tMs, samples.length, samples[0], samples.at(-1)])).toEqual([
    [1000, 16_000, Math.fround(0.1), Math.fround(0.2)],
    [2000, 16_000, Math.fround(0.2), Math.fround(0.2)],
  ]);
});

test("the first window never begins before the session", () => {
  expect(new SoundWindows(16_000).push(constant(0, 16_000), 400)[0]?.tMs).toBe(0);
});

test("PCM is little-endian, and what is too loud is cut off", () => {
  expect([...pcmOf(Float32Array.from([0.5, -0.5, 2, -2]))]).toEqual([0, 64, 0, 192, 255, 127, 0, 128]);
});
