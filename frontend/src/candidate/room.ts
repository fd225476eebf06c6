/** The candidate's room: joins camera, frames, events, socket and clock, and keeps the one view that the page shows. */

import type { EventDetail, EventName, ServerMessage, SessionView } from "../protocol/messages";
import { isSessionView } from "../protocol/messages";
import { JitteredBackoff } from "../socket/reconnect";
import { RoomSocket } from "../socket/room_socket";
import { socketUrl } from "../socket/ticket_socket";
import type { Connection } from "../socket/ticket_socket";
import { BreaksPart } from "./breaks_part";
import type { Camera } from "./camera";
import { ChatPart } from "./chat_part";
import { SessionClock } from "./clock";
import { Countdown } from "./countdown";
import { deviceOf, factsOf } from "./device";
import { EquipmentPart } from "./equipment_part";
import { EventQueue } from "./event_queue";
import type { EventStore } from "./event_store";
import { EventWatch } from "./event_watch";
import { FrameCapture } from "./frame_capture";
import { FullScreenPart } from "./full_screen_part";
import { MemoryFrameStore } from "./frame_store";
import type { FrameStore } from "./frame_store";
import { FramesPart } from "./frames_part";
import { GazePart } from "./gaze_part";
import { handIn, lastEventsSent } from "./hand_in";
import type { IdCardConfig } from "./id_card";
import { LiveVideoPart } from "./live_video_part";
import { RecordingPart } from "./recording_part";
import { postJson } from "./requests";
import type { RoomConfig } from "./room_config";
import type { RoomHost, RoomPart } from "./room_part";
import { firstView, hasEnded, isInExam, isOvertaken } from "./room_view";
import type { RoomView } from "./room_view";
import { ScreenPart } from "./screen_part";
import { SILENCE_DB } from "./sound_level";
import { TabsPart } from "./tabs_part";
import { fetchTicket } from "./ticket";
import { ToldPart } from "./told_part";

const HELP_AFTER_MS = 30_000;
const LOOK_AT_CLOCK_INTERVAL_MS = 500;

export class Room {
  readonly countdown = new Countdown();
  private current: RoomView;
  private readonly listeners = new Set<() => void>();
  private leaving = false;
  private readonly stops: (() => void)[] = [];
  private readonly policy = new JitteredBackoff();
  private readonly clock = new SessionClock();
  private readonly capture = new FrameCapture();
  private readonly queue: EventQueue;
  private readonly watch: EventWatch;
  private readonly socket: RoomSocket;
  private readonly equipment: EquipmentPart;
  readonly gaze: GazePart;
  readonly breaks: BreaksPart;
  readonly chat: ChatPart;
  readonly fullScreen: FullScreenPart;
  readonly screen: ScreenPart;
  readonly tabs: TabsPart;
  readonly told: ToldPart;
  private readonly parts: readonly RoomPart[];

  constructor(
    private readonly config: RoomConfig,
    private readonly store: EventStore,
    frames: FrameStore = new MemoryFrameStore(),
  ) {
    this.current = firstView(config);
    this.queue = new EventQueue({ store, send: (events) => this.socket.sendEvents(events) });
    this.watch = new EventWatch({
      nowMs: () => this.clock.nowMs(),
      isWatched: () => this.view.session.state === "running",
      mayUseOtherTabs: () => this.view.session.allowed_tabs > 1,
      emit: (event) => void this.queue.add(event),
    });
    this.socket = new RoomSocket({
      url: socketUrl(config.urls.socket),
      policy: this.policy,
      fetchTicket: () => fetchTicket(config.urls.ticket),
      device: () => deviceOf(this.camera.label),
      onMessage: (message) => this.receive(message),
      onConnection: (connection) => this.connectionChanged(connection),
    });
    this.stops.push(() => this.store.close());
    const host = this.host();
    this.equipment = new EquipmentPart(host, this.capture);
    this.breaks = new BreaksPart(host, (session) => this.apply(session));
    this.fullScreen = new FullScreenPart(host);
    this.screen = new ScreenPart(host);
    this.tabs = new TabsPart(host);
    this.told = new ToldPart(host);
    this.gaze = new GazePart(host, (settings) => this.capture.capture(settings));
    this.chat = new ChatPart(host);
    const recording = new RecordingPart(host, (listener) => this.subscribe(listener), () => this.equipment.sound.track);
    const live = new LiveVideoPart(host, (listener) => this.subscribe(listener));
    const pictures = new FramesPart(host, this.capture, frames);
    const { gaze, breaks, fullScreen, screen, told, chat, equipment } = this;
    this.parts = [gaze, breaks, fullScreen, screen, told, pictures, live, recording, chat, equipment];
  }

  get view(): RoomView {
    return this.current;
  }

  /** Where and how far the picture of an identity card was when the page came; null where none is asked for. */
  get idCard(): IdCardConfig | null {
    return this.config.id_card ?? null;
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  begin(): void {
    this.listen(window, "online", () => this.networkChanged(true));
    this.listen(window, "offline", () => this.networkChanged(false));
    const clockTimer = setInterval(() => this.lookAtClock(), LOOK_AT_CLOCK_INTERVAL_MS);
    const helpTimer = setTimeout(() => this.show({ helpOffered: true }), HELP_AFTER_MS);
    this.stops.push(() => clearInterval(clockTimer));
    this.stops.push(() => clearTimeout(helpTimer));
    this.apply(this.config.session);
    if (hasEnded(this.view.session)) return;
    if (isInExam(this.view.session)) this.tell("page_loaded");
    for (const part of this.parts) part.begin?.();
    this.socket.start();
  }

  end(): void {
    for (const stop of this.stops.splice(0)) stop();
    for (const part of this.parts) part.end?.();
    this.watch.stop();
    this.queue.closed();
    this.socket.stop();
  }

  /** Where the line is tried; none where the page has no such address. */
  get speedUrl(): string | null {
    return this.config.urls.speed ?? null;
  }

  /** How loud the microphone hears, in dB below full scale. */
  soundLevelDb(): number {
    return this.view.microphone.status === "on" ? this.equipment.sound.levelDb : SILENCE_DB;
  }

  get camera(): Camera {
    return this.equipment.camera;
  }

  openCamera(): Promise<void> {
    return this.camera.open();
  }

  openMicrophone(): Promise<void> {
    return this.equipment.sound.open();
  }

  dismissNotice(): void {
    this.show({ notice: null });
  }

  /** Call from a click: full screen needs the person's own gesture, before anything else is awaited. */
  async start(choice: { readonly withoutBaseline: boolean }): Promise<void> {
    if (this.view.starting) return;
    if (this.view.session.require_full_screen) void this.fullScreen.enter();
    this.show({ starting: true, startProblem: null });
    try {
      const answer = await postJson(this.config.urls.start, {
        device_info: factsOf(deviceOf(this.camera.label)),
        ...(choice.withoutBaseline && { without_baseline: true }),
      });
      if (isSessionView(answer)) this.apply(answer);
      this.show({ starting: false });
    } catch (error) {
      this.show({ starting: false, startProblem: error instanceof Error ? error.message : String(error) });
    }
  }

  async submit(why: "asked" | "time_up"): Promise<void> {
    if (this.view.handingIn !== "no") return;
    this.show({ handingIn: why, handInProblem: null });
    try {
      const session = await handIn({
        submitUrl: this.config.urls.submit,
        policy: this.policy,
        eventsAreSent: () => this.queue.isEmpty(),
        onProblem: (words) => this.show({ handInProblem: words }),
      });
      this.apply(session);
    } catch (error) {
      // After the time is up there is nothing left to do here: the server closes the session by itself.
      if (why === "time_up") void this.leave();
      else this.show({ handingIn: "no", handInProblem: error instanceof Error ? error.message : String(error) });
    }
  }

  /** What the parts may ask of the room. */
  private host(): RoomHost {
    const view = (): RoomView => this.view;
    return {
      config: this.config,
      get view() {
        return view();
      },
      show: (change) => this.show(change),
      tell: (ev, detail) => this.tell(ev, detail),
      say: (message) => this.socket.say(message),
      send: (message) => this.socket.sendFrame(message),
      nowMs: () => this.clock.nowMs(),
    };
  }

  private receive(message: ServerMessage): void {
    switch (message.type) {
      case "welcome":
        this.apply(message.session);
        void this.queue.opened(message.next_seq.browser, message.client.ack_timeout_ms);
        for (const part of this.parts) part.welcomed?.(message);
        break;
      case "ack":
        if (message.stream === "browser") void this.queue.acknowledged(message.seq);
        break;
      case "guidance":
        this.show({ guidance: message });
        break;
      case "state":
        this.apply(message.session);
        break;
      case "notice":
        this.show({ notice: { level: message.level, text: message.text } });
        break;
      case "error":
        console.warn("the server refused a message", message.code, message.message, message.ref);
        break;
      default:
        break;
    }
    if (message.type !== "welcome") for (const part of this.parts) part.received?.(message);
  }

  private apply(session: SessionView): void {
    // A welcome that was written before the exam began may arrive after the answer to its start.
    if (isOvertaken(session, this.view.session)) return;
    this.clock.anchor(session.now_ms);
    this.countdown.sync(session.remaining_ms, session.state === "paused");
    this.show({ session });
    for (const part of this.parts) part.sessionChanged?.(session);
    if (hasEnded(session)) return void this.leave();
    if (isInExam(session)) this.watch.start();
  }

  private async leave(): Promise<void> {
    if (this.leaving) return;
    this.leaving = true;
    this.watch.stop();
    if (this.view.handingIn === "no") this.show({ handingIn: "asked" });
    await Promise.all([lastEventsSent(() => this.queue.isEmpty()), ...this.parts.map((part) => part.lastWord?.())]);
    await this.store.forgetAll().catch((error: unknown) => console.warn("the browser kept its notes of this exam", error));
    this.end();
    location.assign(this.config.urls.thanks);
  }

  private lookAtClock(): void {
    if (isInExam(this.view.session) && this.countdown.isOver) void this.submit("time_up");
  }

  private connectionChanged(connection: Connection): void {
    this.show({ connection });
    if (connection.status === "connected") return;
    this.queue.closed();
    for (const part of this.parts) part.interrupted?.();
  }

  private networkChanged(networkOnline: boolean): void {
    this.show({ networkOnline });
    if (networkOnline) this.socket.wake();
  }

  private tell(ev: EventName, detail?: EventDetail): void {
    void this.queue.add({ t: this.clock.nowMs(), ev, n: 1, ...(detail && { detail }) });
  }

  private show(change: Partial<RoomView>): void {
    this.current = { ...this.current, ...change };
    for (const listener of this.listeners) listener();
  }

  private listen(target: EventTarget, type: string, handler: () => void): void {
    target.addEventListener(type, handler);
    this.stops.push(() => target.removeEventListener(type, handler));
  }
}
