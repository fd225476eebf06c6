/** Live video, when somebody asks for it: only then is its code fetched; and the word that somebody watches. */

import type { ServerMessage, SessionView } from "../protocol/messages";
import type { RoomNews } from "../protocol/signals";
import type { LiveVideo, Streams } from "./live_video";
import type { RoomHost, RoomPart } from "./room_part";

const WATCHABLE: ReadonlySet<SessionView["state"]> = new Set(["checking", "ready", "running"]);

export class LiveVideoPart implements RoomPart {
  private video: LiveVideo | null = null;
  private fetching: Promise<LiveVideo> | null = null;
  /** What was said before this number belongs to a socket that is gone. */
  private connection = 0;
  private shown: Streams = { camera: null, screen: null };
  private wasLineSlow = false;
  private unsubscribe: (() => void) | null = null;

  constructor(
    private readonly host: RoomHost,
    private readonly subscribe: (listener: () => void) => () => void,
    private readonly fetchVideo: () => Promise<typeof import("./live_video")> = () => import("./live_video"),
  ) {}

  begin(): void {
    this.unsubscribe = this.subscribe(() => this.viewChanged());
  }

  received(message: ServerMessage): void {
    if (message.type === "signal") void this.take(message);
  }

  sessionChanged({ state }: SessionView): void {
    if (!WATCHABLE.has(state)) this.video?.endAll("not_now");
  }

  interrupted(): void {
    this.connection += 1;
    this.video?.closeAll();
  }

  end(): void {
    this.unsubscribe?.();
    this.video?.endAll("closed");
    this.interrupted();
  }

  private async take(news: RoomNews): Promise<void> {
    const { connection } = this;
    const watched = this.host.view.session.state;
    if (news.what === "begin" && !WATCHABLE.has(watched)) {
      this.host.say({ type: "signal", what: "end", watch: news.watch, reason: "not_now" });
      return;
    }
    try {
      const video = await this.fetched();
      if (connection === this.connection) video.take(news);
    } catch (error) {
      this.fetching = null;
      console.warn("live video could not be fetched", error);
      if (news.what === "begin") this.host.say({ type: "signal", what: "end", watch: news.watch, reason: "failed" });
    }
  }

  private fetched(): Promise<LiveVideo> {
    this.fetching ??= this.fetchVideo().then(({ LiveVideo }) => {
      this.video = new LiveVideo({
        say: (signal) => this.host.say(signal),
        streams: () => this.streams(),
        isLineSlow: () => this.host.view.slowLine,
        onWatchers: (liveWatchers) => this.host.show({ liveWatchers }),
      });
      return this.video;
    });
    return this.fetching;
  }

  private streams(): Streams {
    const { camera, screen } = this.host.view;
    return { camera: camera.status === "on" ? camera.stream : null, screen: screen.status === "on" ? screen.stream : null };
  }

  private viewChanged(): void {
    const streams = this.streams();
    const { slowLine } = this.host.view;
    const isSame = streams.camera === this.shown.camera && streams.screen === this.shown.screen;
    if (!isSame) this.video?.streamsChanged();
    if (slowLine !== this.wasLineSlow) this.video?.lineChanged();
    this.shown = streams;
    this.wasLineSlow = slowLine;
  }
}
