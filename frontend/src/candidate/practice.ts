/** A practice run: camera, microphone and the words of the camera check, over a socket that stores nothing. */

import type { ClientSettings, Guidance } from "../protocol/messages";
import { parseServerMessage } from "../protocol/messages";
import { finalCloseWords, JitteredBackoff } from "../socket/reconnect";
import { socketUrl, TicketSocket } from "../socket/ticket_socket";
import type { Connection } from "../socket/ticket_socket";
import { gettext } from "../words/gettext";
import { Camera } from "./camera";
import type { CameraState } from "./camera";
import { FrameCapture } from "./frame_capture";
import { FrameSender } from "./frame_sender";
import { Microphone } from "./microphone";
import type { MicrophoneState } from "./microphone";
import { loudnessDb, SILENCE_DB } from "./sound_level";
import { fetchTicket } from "./ticket";

export interface PracticeConfig {
  readonly exam_title: string;
  readonly camera: boolean;
  readonly microphone: boolean;
  readonly screen: boolean;
  readonly urls: { readonly ticket: string; readonly speed: string; readonly back: string; readonly socket: string };
}

export interface PracticeView {
  readonly camera: CameraState;
  readonly microphone: MicrophoneState;
  readonly connection: Connection;
  readonly guidance: Guidance | null;
}

export class Practice {
  readonly camera: Camera;
  private current: PracticeView = {
    camera: { status: "off" },
    microphone: { status: "off" },
    connection: { status: "connecting" },
    guidance: null,
  };
  private levelDb = SILENCE_DB;
  private readonly capture = new FrameCapture();
  private readonly microphone: Microphone;
  private readonly sender: FrameSender;
  private readonly socket: TicketSocket;
  private readonly startedAtMs = performance.now();

  constructor(
    readonly config: PracticeConfig,
    private readonly onChange: () => void,
  ) {
    this.camera = new Camera(navigator.mediaDevices, (camera) => this.cameraChanged(camera));
    this.microphone = new Microphone({
      mediaDevices: navigator.mediaDevices,
      onChange: (microphone) => this.show({ microphone }),
      onSound: (samples) => (this.levelDb = loudnessDb(samples)),
    });
    this.sender = new FrameSender({
      capture: (settings) => this.capture.capture(settings),
      nowMs: () => Math.floor(performance.now() - this.startedAtMs),
      send: (message) => this.socket.isWelcomed && this.socket.sendData(message),
    });
    this.socket = new TicketSocket({
      url: socketUrl(config.urls.socket),
      policy: new JitteredBackoff(),
      fetchTicket: () => fetchTicket(config.urls.ticket),
      hello: (ticket) => ({ type: "hello", ticket }),
      finalWords: (code) => (code === 4404 ? gettext("This practice run was long. Reload the page for another one.") : finalCloseWords(code)),
      onText: (text) => this.receive(text),
      onConnection: (connection) => this.connectionChanged(connection),
      openWebSocket: undefined,
    });
  }

  get view(): PracticeView {
    return this.current;
  }

  soundLevelDb(): number {
    return this.view.microphone.status === "on" ? this.levelDb : SILENCE_DB;
  }

  begin(): void {
    if (this.config.microphone) void this.openMicrophone();
    if (!this.config.camera) return;
    this.socket.start();
    void this.camera.open();
  }

  openMicrophone(): Promise<void> {
    return this.microphone.open();
  }

  end(): void {
    this.sender.stop();
    this.socket.stop();
    this.camera.close();
    this.microphone.close();
  }

  private receive(text: string): void {
    // The welcome of a practice run has no session, so it is read here.
    const message = JSON.parse(text) as { readonly type: string; readonly client?: ClientSettings };
    if (message.type === "welcome" && message.client !== undefined) {
      this.socket.greet();
      this.sender.start(message.client, 1);
      return;
    }
    const known = parseServerMessage(text);
    if (known.type === "ping") this.socket.send({ type: "pong" });
    if (known.type === "guidance") this.show({ guidance: known });
    if (known.type === "ack" && known.stream === "video") this.sender.acknowledged(known.seq);
  }

  private cameraChanged(camera: CameraState): void {
    this.capture.show(camera.status === "on" ? camera.stream : null);
    this.show({ camera, guidance: null });
  }

  private connectionChanged(connection: Connection): void {
    if (connection.status !== "connected") this.sender.stop();
    this.show({ connection });
  }

  private show(change: Partial<PracticeView>): void {
    this.current = { ...this.current, ...change };
    this.onChange();
  }
}
