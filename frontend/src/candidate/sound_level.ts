/** How loud some samples of sound are, in dB below full scale. */

export const SILENCE_DB = -100;

export function loudnessDb(samples: Float32Array): number {
  let power = 0;
  for (const sample of samples) power += sample * sample;
  return samples.length === 0 ? SILENCE_DB : Math.max(SILENCE_DB, 10 * Math.log10(power / samples.length + 1e-12));
}
