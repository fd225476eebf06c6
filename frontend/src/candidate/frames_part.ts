/** Pictures of the camera: live ones while the line holds, kept ones for the time without it. */

import type { ClientSettings, ServerMessage, SessionView, Welcome } from "../protocol/messages";
import type { FrameCapture } from "./frame_capture";
import { FrameSender } from "./frame_sender";
import type { FrameStore } from "./frame_store";
import { KeptFrames } from "./kept_frames";
import type { RoomHost, RoomPart } from "./room_part";
import { hasEnded, isOnline, wantsFrames } from "./room_view";

export class FramesPart implements RoomPart {
  private readonly sender: FrameSender;
  private readonly kept: KeptFrames;

  constructor(
    private readonly host: RoomHost,
    camera: FrameCapture,
    store: FrameStore,
  ) {
    const { nowMs, send } = host;
    const capture = (settings: ClientSettings): Promise<Uint8Array | null> =>
      wantsFrames(host.view) ? camera.capture(settings) : Promise.resolve(null);
    this.sender = new FrameSender({ capture, nowMs, send, onPace: (slowLine) => this.paceChanged(slowLine) });
    this.kept = new KeptFrames({
      store,
      capture,
      lineIsAlive: () => isOnline(host.view) && !this.sender.isStuck,
      takeNumber: () => this.sender.takeNumber(),
      nowMs,
      send,
    });
  }

  begin(): void {
    this.kept.begin();
  }

  end(): void {
    this.kept.end();
    this.sender.stop();
  }

  welcomed(welcome: Welcome): void {
    if (!hasEnded(welcome.session)) {
      this.sender.start(welcome.client, Math.max(welcome.next_seq.video, this.kept.firstFreeNumber));
    }
    this.kept.welcomed(welcome);
  }

  received(message: ServerMessage): void {
    if (message.type === "ack" && message.stream === "video") this.sender.acknowledged(message.seq);
    else this.kept.received(message);
  }

  interrupted(): void {
    this.sender.stop();
    this.kept.interrupted();
  }

  sessionChanged(session: SessionView): void {
    this.kept.sessionChanged(session);
  }

  lastWord(): Promise<void> {
    this.sender.stop();
    return this.kept.lastWord();
  }

  private paceChanged(slowLine: boolean): void {
    if (slowLine !== this.host.view.slowLine) this.host.show({ slowLine });
  }
}
