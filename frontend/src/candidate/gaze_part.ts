/** The points that are looked at before the start, where the exam follows eyes; they belong to the whole screen. */

import type { ClientSettings, ServerMessage, Welcome } from "../protocol/messages";
import type { GazePoint } from "./gaze_course";
import { GazeWalk } from "./gaze_walk";
import type { RoomHost, RoomPart } from "./room_part";
import { WholeScreen } from "./whole_screen";

export class GazePart implements RoomPart {
  private readonly walk: GazeWalk;
  private readonly wholeScreen = new WholeScreen();
  private settings: ClientSettings | null = null;
  private readonly screenChanged = (): void => {
    // In full screen the browser keeps Escape for itself: leaving it is the same wish.
    if (document.fullscreenElement == null && this.host.view.gaze.status === "walking") this.walk.skip();
  };

  constructor(
    private readonly host: RoomHost,
    capture: (settings: ClientSettings) => Promise<Uint8Array | null>,
  ) {
    this.walk = new GazeWalk({
      capture: () => (this.settings === null ? Promise.resolve(null) : capture(this.settings)),
      say: (message) => host.say(message),
      sendLook: (message) => host.send(message),
      onChange: (gaze) => host.show({ gaze }),
    });
  }

  begin(): void {
    document.addEventListener("fullscreenchange", this.screenChanged);
  }

  end(): void {
    document.removeEventListener("fullscreenchange", this.screenChanged);
  }

  welcomed({ client, gaze }: Welcome): void {
    this.settings = client;
    this.walk.welcomed(gaze?.fitted);
  }

  received(message: ServerMessage): void {
    if (message.type === "gaze") this.walk.answered(message);
    else if (message.type === "ack" && message.stream === "gaze") this.walk.acknowledged(message.seq, message.found);
  }

  interrupted(): void {
    this.walk.interrupted();
  }

  /** Call from a click: full screen needs the person's own gesture. */
  async lookAt(points: readonly GazePoint[]): Promise<void> {
    await this.wholeScreen.take();
    await this.walk.begin(points, { width: window.innerWidth, height: window.innerHeight });
    const { gaze, session } = this.host.view;
    // Who began again has the screen still.
    if (gaze.status !== "walking" && !session.require_full_screen) await this.wholeScreen.giveBack();
  }

  skip(): void {
    this.walk.skip();
  }
}
