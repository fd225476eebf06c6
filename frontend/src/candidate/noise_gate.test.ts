import { expect, test } from "vitest";

import { levelsDb, NoiseGate } from "./noise_gate";

/** One second of noise at this amplitude, louder for some twentieths of a second. */
function second(amplitude: number, loud = 0, loudBlocks = 20): Float32Array {
  return Float32Array.from({ length: 16_000 }, (_, place) => {
    const level = loud > 0 && place < 800 * loudBlocks ? loud : amplitude;
    return place % 2 === 0 ? level : -level;
  });
}

function passed(gate: NoiseGate, ...windows: Float32Array[]): boolean[] {
  return windows.map((window) => gate.passes(window));
}

const QUIET = second(0.001);

test("loudness is told in dB below full scale", () => {
  expect(levelsDb(second(0.1)).map(Math.round)).toEqual(new Array(20).fill(-20));
  expect(levelsDb(new Float32Array(16_000))).toEqual(new Array(20).fill(-100));
});

test("a quiet room gives a sign of life every five seconds", () => {
  const sent = passed(new NoiseGate(), ...new Array<Float32Array>(12).fill(QUIET));

  expect(sent).toEqual([false, false, false, false, true, false, false, false, false, true, false, false]);
});

test("a muted microphone gives signs of life, too", () => {
  expect(passed(new NoiseGate(), ...new Array<Float32Array>(5).fill(new Float32Array(16_000)))).toEqual([false, false, false, false, true]);
});

test("a voice opens the gate and is followed by the quiet after it", () => {
  const gate = new NoiseGate();
  passed(gate, QUIET, QUIET);

  const sent = passed(gate, second(0.001, 0.01, 6), ...new Array<Float32Array>(6).fill(QUIET));

  expect(sent).toEqual([true, true, true, true, true, false, false]);
});

test("a single knock does not", () => {
  const gate = new NoiseGate();
  passed(gate, QUIET, QUIET);

  expect(gate.passes(second(0.001, 0.3, 2))).toBe(false);
});

test("a fan that runs all the time is the room's own noise, and a voice above it is not", () => {
  const gate = new NoiseGate();
  const fan = second(0.02);
  passed(gate, ...new Array<Float32Array>(10).fill(fan));

  expect(passed(gate, fan, fan)).toContain(false);
  expect(gate.passes(second(0.02, 0.08, 6))).toBe(true);
});
