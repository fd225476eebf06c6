/** The candidate's screen: asking for the whole of it, and noticing that it is not shared any more. */

export type ScreenState =
  | { readonly status: "unwanted" | "off" | "asking" | "lost" | "unsupported" }
  /** `whole` is null where the browser does not say what was chosen: unknown is no fault. */
  | { readonly status: "on"; readonly stream: MediaStream; readonly whole: boolean | null }
  | { readonly status: "failed"; readonly reason: string };

/** Wishes that some browsers know: the whole screen is offered first, this tab not at all. */
const WISHES = {
  audio: false,
  video: { displaySurface: "monitor", frameRate: { ideal: 5, max: 15 } },
  monitorTypeSurfaces: "include",
  selfBrowserSurface: "exclude",
  surfaceSwitching: "exclude",
} as DisplayMediaStreamOptions;

export type DisplayMedia = Partial<Pick<MediaDevices, "getDisplayMedia">>;

export class ScreenShare {
  private current: ScreenState = { status: "unwanted" };

  constructor(
    private readonly mediaDevices: DisplayMedia | undefined,
    private readonly onChange: (state: ScreenState) => void,
  ) {}

  get state(): ScreenState {
    return this.current;
  }

  get stream(): MediaStream | null {
    return this.current.status === "on" ? this.current.stream : null;
  }

  /** The exam asks for it. */
  want(): void {
    if (this.current.status !== "unwanted") return;
    this.become({ status: this.mediaDevices?.getDisplayMedia === undefined ? "unsupported" : "off" });
  }

  /** Call from a click. What is shared stays shared until something else is. */
  async open(): Promise<void> {
    const before = this.current;
    if (this.mediaDevices?.getDisplayMedia === undefined || before.status === "asking") return;
    if (before.status !== "on") this.become({ status: "asking" });
    try {
      const stream = await this.mediaDevices.getDisplayMedia(WISHES);
      stopTracks(before);
      this.watch(stream);
    } catch (error) {
      if (before.status === "on") return;
      this.become({ status: "failed", reason: error instanceof Error ? error.name : "Unknown" });
    }
  }

  close(): void {
    const state = this.current;
    this.become({ status: "off" });
    stopTracks(state);
  }

  private watch(stream: MediaStream): void {
    const track = stream.getVideoTracks()[0];
    if (track === undefined) return this.become({ status: "failed", reason: "NotFoundError" });
    track.addEventListener("ended", () => {
      if (this.stream === stream) this.become({ status: "lost" });
    });
    const surface = track.getSettings().displaySurface;
    this.become({ status: "on", stream, whole: surface === undefined ? null : surface === "monitor" });
  }

  private become(state: ScreenState): void {
    this.current = state;
    this.onChange(state);
  }
}

function stopTracks(state: ScreenState): void {
  if (state.status === "on") for (const track of state.stream.getTracks()) track.stop();
}
