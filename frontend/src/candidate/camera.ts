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

export interface CameraChoice {
  readonly id: string;
  readonly label: string;
}

export class Camera {
  private current: CameraState = { status: "off" };
  private chosenId: string | null = null;

  constructor(
    private readonly mediaDevices: Pick<MediaDevices, "getUserMedia"> & Partial<Pick<MediaDevices, "enumerateDevices">> | undefined,
    private readonly onChange: (state: CameraState) => void,
  ) {}

  get state(): CameraState {
    return this.current;
  }

  get label(): string {
    return this.current.status === "on" ? (this.current.stream.getVideoTracks()[0]?.label ?? "") : "";
  }

  /** Which camera gives the picture, as the browser names it; empty where none does. */
  get id(): string {
    return this.current.status === "on" ? (this.current.stream.getVideoTracks()[0]?.getSettings().deviceId ?? "") : "";
  }

  /** The cameras that there are; before one was allowed, browsers tell nothing. */
  async choices(): Promise<readonly CameraChoice[]> {
    const found = (await this.mediaDevices?.enumerateDevices?.().catch(() => [])) ?? [];
    return found
      .filter(({ kind, deviceId, label }) => kind === "videoinput" && deviceId !== "" && label !== "")
      .map(({ deviceId, label }) => ({ id: deviceId, label }));
  }

  /** Another camera from now on. */
  async choose(id: string): Promise<void> {
    this.chosenId = id;
    if (this.current.status === "asking") return;
    this.close();
    await this.open();
  }

  async open(): Promise<void> {
    if (this.current.status === "asking" || this.current.status === "on") return;
    if (this.mediaDevices === undefined) return this.become({ status: "failed", reason: "Unsupported" });
    this.become({ status: "asking" });
    try {
      this.watch(await this.mediaDevices.getUserMedia(wishesFor(this.chosenId)));
    } catch (error) {
      // A chosen camera that is gone must not stand in the way of the others.
      this.chosenId = null;
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

function wishesFor(id: string | null): MediaStreamConstraints {
  return id === null ? WISHES : { ...WISHES, video: { ...(WISHES.video as MediaTrackConstraints), deviceId: { exact: id } } };
}
