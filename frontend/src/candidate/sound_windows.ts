/** Sound cut into windows of one second at 16 kHz, each with the time at which it began. */

export const SOUND_RATE_HZ = 16_000;
export const WINDOW_MS = 1000;
/** A browser's clock jitters; only beyond this do its time and the count of samples count as apart. */
const SEAM_MS = 150;
const NOTHING = 1e-9;

export interface SoundWindow {
  readonly tMs: number;
  /** -1..1, one second long. */
  readonly samples: Float32Array;
}

/** From another rate by averaging what falls onto each sample: what lies above 8 kHz must not come back as noise. */
export class Resampler {
  private sum = 0;
  private weight = 0;

  constructor(private readonly rateHz: number) {}

  push(samples: Float32Array): Float32Array {
    if (this.rateHz === SOUND_RATE_HZ) return samples;
    const step = SOUND_RATE_HZ / this.rateHz;
    const out: number[] = [];
    for (const sample of samples) {
      for (let left = step; left > NOTHING; ) {
        const part = Math.min(left, 1 - this.weight);
        this.sum += sample * part;
        this.weight += part;
        left -= part;
        if (this.weight < 1 - NOTHING) continue;
        out.push(this.sum);
        [this.sum, this.weight] = [0, 0];
      }
    }
    return Float32Array.from(out);
  }
}

export class SoundWindows {
  private readonly window = new Float32Array(SOUND_RATE_HZ);
  private readonly resampler: Resampler;
  private filled = 0;
  private nextMs: number | null = null;

  /** `rateHz` is what the browser's audio runs at. */
  constructor(rateHz: number) {
    this.resampler = new Resampler(rateHz);
  }

  /** The windows that these samples complete; the last of the samples was heard at `nowMs`. */
  push(samples: Float32Array, nowMs: number): SoundWindow[] {
    const windows: SoundWindow[] = [];
    let rest = this.resampler.push(samples);
    while (rest.length > 0) {
      const taken = rest.subarray(0, SOUND_RATE_HZ - this.filled);
      this.window.set(taken, this.filled);
      this.filled += taken.length;
      rest = rest.subarray(taken.length);
      if (this.filled < SOUND_RATE_HZ) continue;
      const endMs = nowMs - (1000 * rest.length) / SOUND_RATE_HZ;
      windows.push({ tMs: this.timeOf(endMs), samples: this.window.slice() });
      this.filled = 0;
    }
    return windows;
  }

  private timeOf(endMs: number): number {
    const heardMs = Math.max(0, Math.round(endMs) - WINDOW_MS);
    const seamless = this.nextMs !== null && Math.abs(heardMs - this.nextMs) <= SEAM_MS;
    const tMs = seamless ? (this.nextMs as number) : heardMs;
    this.nextMs = tMs + WINDOW_MS;
    return tMs;
  }
}

/** 16-bit little-endian PCM. */
export function pcmOf(samples: Float32Array): Uint8Array {
  const bytes = new Uint8Array(2 * samples.length);
  const view = new DataView(bytes.buffer);
  samples.forEach((sample, place) => {
    view.setInt16(2 * place, Math.max(-32_768, Math.min(32_767, Math.round(32_768 * sample))), true);
  });
  return bytes;
}
