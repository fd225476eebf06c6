/** Recording, where the exam records: only then is its code fetched; and the word that it goes on. */

import type { Source } from "../protocol/captures";
import type { ServerMessage, SessionView, Welcome } from "../protocol/messages";
import type { Recording, Tracks } from "./recording/recording";
import type { RoomHost, RoomPart } from "./room_part";

export interface RecordingConfig {
  readonly mode: "flagged" | "full";
  readonly sources: readonly Source[];
  readonly with_sound: boolean;
  readonly piece_ms: number;
  /** What is kept here of flagged moments' pasts, and no longer. */
  readonly ring_ms: number;
  readonly video_bps: number;
  readonly audio_bps: number;
  readonly place_url: string;
  readonly confirm_url: string;
}

export interface RecordingState {
  readonly status: "off" | "on" | "failed";
  /** Pieces that the server wants and does not have yet. */
  readonly waiting: number;
}

export class RecordingPart implements RoomPart {
  private recording: Promise<Recording> | null = null;
  private unsubscribe: (() => void) | null = null;
  private shown: readonly (MediaStreamTrack | undefined)[] = [];

  constructor(
    private readonly host: RoomHost,
    private readonly subscribe: (listener: () => void) => () => void,
    private readonly soundTrack: () => MediaStreamTrack | null,
    private readonly fetchRecording: () => Promise<typeof import("./recording/recording")> = () => import("./recording/recording"),
  ) {}

  begin(): void {
    if (this.host.config.recording == null) return;
    this.unsubscribe = this.subscribe(() => this.viewChanged());
  }

  welcomed({ recording }: Welcome): void {
    if (recording !== undefined) void this.use((one) => one.welcomed(recording));
    this.follow();
  }

  received(message: ServerMessage): void {
    if (message.type === "capture") void this.use((one) => one.capture(message));
  }

  sessionChanged(): void {
    this.follow();
  }

  async lastWord(): Promise<void> {
    await this.use((one) => one.finish());
  }

  end(): void {
    this.unsubscribe?.();
    void this.recording?.then((one) => one.end());
  }

  private viewChanged(): void {
    const tracks = Object.values(this.tracks()).map(([track]) => track);
    if (tracks.length === this.shown.length && tracks.every((track, place) => track === this.shown[place])) return;
    this.shown = tracks;
    this.follow();
  }

  private follow(): void {
    const { session } = this.host.view;
    if (isRecorded(session)) void this.use((one) => one.follow(isRecorded(this.host.view.session)));
    else void this.recording?.then((one) => one.follow(isRecorded(this.host.view.session)));
  }

  /** Does nothing where nothing is recorded; a failure to fetch is told, and the next news tries again. */
  private async use(work: (recording: Recording) => void | Promise<void>): Promise<void> {
    if (this.host.config.recording == null) return;
    try {
      await work(await this.fetched(this.host.config.recording));
    } catch (error) {
      console.warn("recording failed", error);
      this.host.show({ recording: { status: "failed", waiting: 0 } });
    }
  }

  private fetched(config: RecordingConfig): Promise<Recording> {
    this.recording ??= this.made(config).catch((error: unknown) => {
      this.recording = null;
      throw error;
    });
    return this.recording;
  }

  private async made(config: RecordingConfig): Promise<Recording> {
    const { Recording, openPieceStore } = await this.fetchRecording();
    return new Recording({
      config,
      store: await openPieceStore(this.host.view.session.id),
      tracks: () => this.tracks(),
      nowMs: () => this.host.nowMs(),
      onChange: (recording) => this.host.show({ recording }),
    });
  }

  private tracks(): Tracks {
    const { camera, screen } = this.host.view;
    const sound = this.host.config.recording?.with_sound === true ? this.soundTrack() : null;
    const webcam = camera.status === "on" ? [...camera.stream.getVideoTracks(), ...(sound === null ? [] : [sound])] : [];
    return { webcam, screen: screen.status === "on" ? screen.stream.getVideoTracks() : [] };
  }
}

/** In a pause nothing is recorded. */
function isRecorded(session: SessionView): boolean {
  return session.state === "running";
}
