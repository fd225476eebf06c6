/** The microphone: opening it with the browser's own processing off, noticing that it went away, and why it does not open. */

export type MicrophoneState = { readonly status: "off" | "asking" | "on" | "lost" } | { readonly status: "failed"; readonly reason: string };

/** Echo and noise suppression would take away the far voices that are listened for. */
const WISHES: MediaStreamConstraints = {
  video: false,
  audio: { channelCount: 1, echoCancellation: false, noiseSuppression: false, autoGainControl: false },
};
const WORKLET = `${import.meta.env.BASE_URL}sound_worklet.js`;
const RESUMES_ON = ["pointerdown", "keydown"] as const;

export interface MicrophoneOptions {
  readonly mediaDevices: Pick<MediaDevices, "getUserMedia"> | undefined;
  readonly onChange: (state: MicrophoneState) => void;
  /** Samples in -1..1 at this rate, as they come. */
  readonly onSound: (samples: Float32Array, rateHz: number) => void;
  readonly openContext?: () => AudioContext;
}

export class Microphone {
  private current: MicrophoneState = { status: "off" };
  private stream: MediaStream | null = null;
  private context: AudioContext | null = null;

  constructor(private readonly options: MicrophoneOptions) {}

  get state(): MicrophoneState {
    return this.current;
  }

  /** What it hears, for whoever records it. */
  get track(): MediaStreamTrack | null {
    return this.stream?.getAudioTracks()[0] ?? null;
  }

  async open(): Promise<void> {
    if (this.current.status === "asking" || this.current.status === "on") return;
    const { mediaDevices } = this.options;
    if (mediaDevices === undefined || typeof AudioWorkletNode === "undefined") {
      return this.become({ status: "failed", reason: "Unsupported" });
    }
    this.become({ status: "asking" });
    try {
      const stream = await mediaDevices.getUserMedia(WISHES);
      await this.listen(stream);
      this.become({ status: "on" });
    } catch (error) {
      this.release();
      this.become({ status: "failed", reason: error instanceof Error ? error.name : "Unknown" });
    }
  }

  close(): void {
    this.release();
    this.become({ status: "off" });
  }

  private async listen(stream: MediaStream): Promise<void> {
    this.stream = stream;
    stream.getAudioTracks()[0]?.addEventListener("ended", () => {
      if (this.stream !== stream) return;
      this.release();
      this.become({ status: "lost" });
    });
    const context = (this.options.openContext ?? (() => new AudioContext()))();
    this.context = context;
    await context.audioWorklet.addModule(WORKLET);
    const tap = new AudioWorkletNode(context, "sound-tap", { numberOfOutputs: 0 });
    tap.port.onmessage = ({ data }: MessageEvent<Float32Array>) => this.options.onSound(data, context.sampleRate);
    context.createMediaStreamSource(stream).connect(tap);
    // Some browsers let nothing sound or be heard before the person has touched the page.
    for (const gesture of RESUMES_ON) document.addEventListener(gesture, this.resume);
    this.resume();
  }

  private readonly resume = (): void => {
    if (this.context?.state === "suspended") void this.context.resume().catch(() => undefined);
  };

  private release(): void {
    for (const gesture of RESUMES_ON) document.removeEventListener(gesture, this.resume);
    const { stream, context } = this;
    [this.stream, this.context] = [null, null];
    for (const track of stream?.getTracks() ?? []) track.stop();
    if (context !== null) void context.close().catch(() => undefined);
  }

  private become(state: MicrophoneState): void {
    this.current = state;
    this.options.onChange(state);
  }
}
