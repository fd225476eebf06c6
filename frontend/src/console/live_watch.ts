/** Watching one candidate live: asks, joins, tries again, and knows in words why there is no picture. */

import { Negotiation } from "../live_video/negotiation";
import { configurationOf, readConsoleNews } from "../protocol/signals";
import type { ConsoleNews, ConsoleSignal, StreamName } from "../protocol/signals";
import type { Connection } from "../socket/ticket_socket";
import { gettext } from "../words/gettext";
import type { ConsoleLink } from "./console_socket";

export type LiveState =
  | { readonly status: "off" | "connecting" | "live" }
  /** `lost`: tried again by itself; `waiting`: until the candidate is there; `refused`: until the person asks again. */
  | { readonly status: "lost" | "waiting" | "refused"; readonly words: string };

export interface LiveWatchOptions {
  readonly session: string;
  readonly link: ConsoleLink;
  readonly onChange: () => void;
  readonly openPeer?: (configuration: RTCConfiguration) => RTCPeerConnection;
}

/** The room's page may have to fetch the code of live video first. */
const ANSWER_WITHIN_MS = 15_000;
const BROKEN_AFTER_MS = 15_000;
const RETRY_AFTER_MS = 2_000;
const WAITING_CODES: ReadonlySet<string> = new Set(["offline", "not_now"]);
const NAMES: readonly StreamName[] = ["camera", "screen"];
const WATCHABLE: ReadonlySet<unknown> = new Set(["checking", "ready", "running"]);

export class LiveWatch {
  state: LiveState = { status: "off" };
  private readonly shown = new Map<StreamName, MediaStream>();
  private readonly tracks = new Map<StreamName, MediaStreamTrack>();
  private watch: string | null = null;
  private peer: RTCPeerConnection | null = null;
  private negotiation: Negotiation | null = null;
  private mids: Readonly<Partial<Record<StreamName, string>>> = {};
  private timer: ReturnType<typeof setTimeout> | undefined;
  private unlisten: (() => void) | null = null;

  constructor(private readonly options: LiveWatchOptions) {}

  /** What is received, by what it shows. */
  get streams(): ReadonlyMap<StreamName, MediaStream> {
    return this.shown;
  }

  /** Whether pictures come: a camera may be off and a screen not shared. */
  isShowing(name: StreamName): boolean {
    return this.tracks.get(name)?.muted === false;
  }

  start(): void {
    if (typeof RTCPeerConnection === "undefined") {
      return this.become({ status: "refused", words: gettext("This browser shows no live video. Use another one, or go by the pictures.") });
    }
    this.unlisten ??= this.options.link.listen({
      told: (message) => this.told(message),
      connectionChanged: (connection) => this.connectionChanged(connection),
    });
    this.begin();
  }

  stop(): void {
    this.unlisten?.();
    this.unlisten = null;
    this.close();
    this.become({ status: "off" });
  }

  private begin(): void {
    this.close();
    // Whoever waits is told only when something has changed.
    if (this.state.status !== "waiting") this.become({ status: "connecting" });
    if (!this.say({ type: "signal", what: "begin", session: this.options.session })) return;
    this.timer = setTimeout(() => this.lost(RETRY_AFTER_MS), ANSWER_WITHIN_MS);
  }

  private told(message: unknown): void {
    const news = readConsoleNews(message);
    if (news !== null) return this.heed(news);
    this.hinted(message as { readonly type?: unknown; readonly session?: unknown; readonly [key: string]: unknown } | null);
  }

  private heed(news: ConsoleNews): void {
    if (news.what === "refused") {
      // Another candidate's is another view's.
      if (news.session === this.options.session && this.watch === null) this.refused(news.code, news.text);
    } else if (news.what === "begun") {
      if (news.session === this.options.session && this.watch === null) this.join(news);
    } else if (news.watch === this.watch) this.heedPeer(news);
  }

  private heedPeer(news: Exclude<ConsoleNews, { readonly what: "refused" | "begun" }>): void {
    if (news.what === "ended") {
      this.watch = null;
      return this.refused(news.code, news.text);
    }
    if (news.what === "description" && news.streams !== undefined) this.mids = news.streams;
    void this.negotiation?.take(news.what === "description" ? news.description : news.candidates).then(() => this.name());
  }

  /** Back in the room, or the pause is over: what waited goes on. */
  private hinted(hint: { readonly [key: string]: unknown } | null): void {
    if (hint?.["session"] !== this.options.session || this.state.status !== "waiting") return;
    const isBack = hint["type"] === "presence" && hint["online"] === true;
    const goesOn = hint["type"] === "state" && WATCHABLE.has(hint["state"]);
    if (isBack || goesOn) this.begin();
  }

  private connectionChanged(connection: Connection): void {
    if (this.state.status === "refused") return;
    if (connection.status === "stopped") this.refused("stopped", connection.words);
    else if (connection.status === "connected") this.begin();
    else if (this.peer !== null) this.lost(null);
  }

  private join({ watch, ice }: ConsoleNews & { readonly what: "begun" }): void {
    clearTimeout(this.timer);
    this.become({ status: "connecting" });
    const open = this.options.openPeer ?? ((configuration) => new RTCPeerConnection(configuration));
    const peer = open(configurationOf(ice));
    this.watch = watch;
    this.peer = peer;
    peer.ontrack = () => this.name();
    this.negotiation = new Negotiation({
      peer,
      polite: true,
      brokenAfterMs: BROKEN_AFTER_MS,
      sayDescription: (description) => this.say({ type: "signal", what: "description", watch, description }),
      sayCandidates: (candidates) => this.say({ type: "signal", what: "candidates", watch, candidates }),
      onConnected: () => this.become({ status: "live" }),
      onLost: () => this.become({ status: "lost", words: lostWords() }),
      onBroken: () => this.lost(RETRY_AFTER_MS),
    });
  }

  /** A track is known by its line, and which line shows what comes with the room's descriptions. */
  private name(): void {
    for (const { mid, receiver } of this.peer?.getTransceivers() ?? []) {
      const name = NAMES.find((each) => this.mids[each] === mid);
      if (name === undefined || this.shown.has(name)) continue;
      this.shown.set(name, new MediaStream([receiver.track]));
      this.tracks.set(name, receiver.track);
      receiver.track.onmute = receiver.track.onunmute = () => this.options.onChange();
      this.options.onChange();
    }
  }

  private refused(code: string, words: string): void {
    this.close();
    if (WAITING_CODES.has(code)) {
      this.become({ status: "waiting", words });
      // A new page of the candidate's may have come before the old one was gone.
      if (code === "offline") this.timer = setTimeout(() => this.begin(), RETRY_AFTER_MS * 5);
    } else if (code === "closed" || code === "failed") this.lost(RETRY_AFTER_MS, words);
    else this.become({ status: "refused", words });
  }

  private lost(retryAfterMs: number | null, words = lostWords()): void {
    this.close();
    this.become({ status: "lost", words });
    if (retryAfterMs !== null) this.timer = setTimeout(() => this.begin(), retryAfterMs);
  }

  private close(): void {
    clearTimeout(this.timer);
    if (this.watch !== null) this.say({ type: "signal", what: "end", watch: this.watch });
    this.watch = null;
    this.negotiation?.close();
    this.negotiation = this.peer = null;
    this.mids = {};
    this.shown.clear();
    this.tracks.clear();
  }

  private say(signal: ConsoleSignal): boolean {
    return this.options.link.say(signal);
  }

  private become(state: LiveState): void {
    this.state = state;
    this.options.onChange();
  }
}

function lostWords(): string {
  return gettext("The video was lost. It is tried again.");
}
