/** Which windows of sound are worth sending: those louder than the room's own noise, and a sign of life now and then. */

const BLOCK_SAMPLES = 800;
const SILENCE_DB = -100;
/** How much louder than the room's noise, for three twentieths of a second, opens the gate. */
const OPENS_ABOVE_DB = 6;
const LEAST_DB = -65;
/** The server judges the last five seconds: it has to hear them quiet, too. */
const HELD_WINDOWS = 5;
const SIGN_OF_LIFE_EVERY = 5;
const REMEMBERED_WINDOWS = 30;

export class NoiseGate {
  private readonly quietest: number[] = [];
  private held = 0;
  private unsent = 0;

  /** Whether to send this window of one second. */
  passes(samples: Float32Array): boolean {
    const levels = levelsDb(samples);
    if (this.isLoud(levels)) this.held = HELD_WINDOWS;
    else this.held -= 1;
    this.unsent += 1;
    if (this.held <= 0 && this.unsent < SIGN_OF_LIFE_EVERY) return false;
    this.unsent = 0;
    return true;
  }

  private isLoud(levels: readonly number[]): boolean {
    const sorted = [...levels].sort((one, other) => one - other);
    this.quietest.push(sorted[0] ?? SILENCE_DB);
    if (this.quietest.length > REMEMBERED_WINDOWS) this.quietest.shift();
    return (sorted.at(-3) ?? SILENCE_DB) > Math.max(this.floorDb() + OPENS_ABOVE_DB, LEAST_DB);
  }

  /** The noise of the room: of the quietest moments of the last half minute, one of the lower ones. */
  private floorDb(): number {
    const sorted = [...this.quietest].sort((one, other) => one - other);
    return sorted[Math.floor(sorted.length / 5)] ?? SILENCE_DB;
  }
}

/** Loudness of each twentieth of a second, in dB below full scale. */
export function levelsDb(samples: Float32Array): number[] {
  const levels: number[] = [];
  for (let start = 0; start + BLOCK_SAMPLES <= samples.length; start += BLOCK_SAMPLES) {
    let power = 0;
    for (const sample of samples.subarray(start, start + BLOCK_SAMPLES)) power += sample * sample;
    levels.push(Math.max(SILENCE_DB, 10 * Math.log10(power / BLOCK_SAMPLES + 1e-12)));
  }
  return levels;
}
