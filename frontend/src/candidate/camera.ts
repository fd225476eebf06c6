/** The webcam: opening it, noticing that it went away, and saying why it does not open. */

export type CameraState =
  | { readonly status: "off" | "asking" | "lost" }
  | { readonly status: "on"; readonly stream: MediaStream }
  | { readonly status: "failed"; readonly reason: string };

/** Wishes, not demands: any camera is better than none. */
const WISHES: MediaStreamConstraints = {
  audio: false,
  video: { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 15 }, facingMode: "user" },
};

export class Camera {
  private current: CameraState = { status: "off" };

  constructor(
    private readonly mediaDevices: Pick<MediaDevices, "getUserMedia"> | undefined,
    private readonly onChange: (state: CameraState) => void,
  ) {}

  get state(): CameraState {
    return this.current;
  }

  get label(): string {
    return this.current.status === "on" ? (this.current.stream.getVideoTracks()[0]?.label ?? "") : "";
  }

  async open(): Promise<void> {
    if (this.current.status === "asking" || this.current.status === "on") return;
    if (this.mediaDevices === undefined) return this.become({ status: "failed", reason: "Unsupported" });
    this.become({ status: "asking" });
    try {
      this.watch(await this.mediaDevices.getUserMedia(WISHES));
    } catch (error) {
      this.become({ status: "failed", reason: error instanceof Error ? error.name : "Unknown" });
    }
  }

  close(): void {
    const state = this.current;
    this.become({ status: "off" });
    if (state.status === "on") for (const track of state.stream.getTracks()) track.stop();
  }

  private watch(stream: MediaStream): void {
    const track = stream.getVideoTracks()[0];
    if (track === undefined) return this.become({ status: "failed", reason: "NotFoundError" });
    track.addEventListener("ended", () => {
      if (this.current.status === "on" && this.current.stream === stream) this.become({ status: "lost" });
    });
    this.become({ status: "on", stream });
  }

  private become(state: CameraState): void {
    this.current = state;
    this.onChange(state);
  }
}
