/** Listens while the exam runs: sound of the microphone becomes windows, and those that the gate lets through are sent. */

import { encodeFrame, KIND_SOUND_PCM } from "../protocol/frame_header";
import { Microphone } from "./microphone";
import type { MicrophoneOptions, MicrophoneState } from "./microphone";
import { NoiseGate } from "./noise_gate";
import { loudnessDb, SILENCE_DB } from "./sound_level";
import { pcmOf, SoundWindows } from "./sound_windows";
import type { SoundWindow } from "./sound_windows";

export interface SoundOptions extends Pick<MicrophoneOptions, "mediaDevices" | "onChange" | "openContext"> {
  readonly nowMs: () => number;
  readonly isWanted: () => boolean;
  /** False when the socket cannot take it now: sound is never kept to be sent later. */
  readonly send: (message: Uint8Array<ArrayBuffer>) => boolean;
}

export class Sound {
  private readonly microphone: Microphone;
  private windows: SoundWindows | null = null;
  private gate = new NoiseGate();
  private nextSeq: number | null = null;
  private newestDb = SILENCE_DB;

  constructor(private readonly options: SoundOptions) {
    const { mediaDevices, openContext } = options;
    this.microphone = new Microphone({
      mediaDevices,
      ...(openContext && { openContext }),
      onChange: (state) => this.changed(state),
      onSound: (samples, rateHz) => this.heard(samples, rateHz),
    });
  }

  get track(): MediaStreamTrack | null {
    return this.microphone.track;
  }

  open(): Promise<void> {
    return this.microphone.open();
  }

  close(): void {
    this.microphone.close();
  }

  /** The socket is open. */
  start(nextSeq: number): void {
    this.nextSeq = Math.max(this.nextSeq ?? 1, nextSeq);
  }

  /** How loud it is at this moment, in dB below full scale. */
  get levelDb(): number {
    return this.newestDb;
  }

  heard(samples: Float32Array, rateHz: number): void {
    this.newestDb = loudnessDb(samples);
    this.windows ??= new SoundWindows(rateHz);
    for (const window of this.windows.push(samples, this.options.nowMs())) this.offer(window);
  }

  private offer(window: SoundWindow): void {
    // The gate learns the room's noise before the exam, when nothing is sent yet.
    const passes = this.gate.passes(window.samples);
    if (!passes || this.nextSeq === null || !this.options.isWanted()) return;
    const header = { kind: KIND_SOUND_PCM, seq: this.nextSeq, tMs: window.tMs };
    if (this.options.send(encodeFrame(header, pcmOf(window.samples)))) this.nextSeq += 1;
  }

  private changed(state: MicrophoneState): void {
    if (state.status === "asking") [this.windows, this.gate] = [null, new NoiseGate()];
    this.options.onChange(state);
  }
}
