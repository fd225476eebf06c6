/** The candidate's end of live video: one connection for each who watches, all fed by the same camera and screen. */

import { Negotiation } from "../live_video/negotiation";
import { configurationOf } from "../protocol/signals";
import type { PeerSignal, RoomNews, RoomSignal, StreamName } from "../protocol/signals";

export type Streams = Readonly<Record<StreamName, MediaStream | null>>;

export interface LiveVideoOptions {
  readonly say: (signal: RoomSignal) => boolean;
  readonly streams: () => Streams;
  /** What the exam itself sends has no room to spare. */
  readonly isLineSlow: () => boolean;
  readonly onWatchers: (count: number) => void;
  readonly openPeer?: (configuration: RTCConfiguration) => RTCPeerConnection;
}

interface Watcher {
  readonly peer: RTCPeerConnection;
  readonly negotiation: Negotiation;
  readonly lines: ReadonlyMap<StreamName, RTCRtpTransceiver>;
}

export interface SendingLimits {
  readonly maxBitrate: number;
  readonly maxFramerate: number;
  readonly scaleResolutionDownBy: number;
}

/** A console that died without a word is noticed by this. */
const BROKEN_AFTER_MS = 30_000;
const MOST_BITS_PER_S = 300_000;
/** Pictures and facts of the exam need the line too, however many watch. */
const ALL_BITS_PER_S = 600_000;
const CAMERA_FPS = 15;
const SCREEN_FPS = 5;

/** Enough to see that somebody sits there. */
const SLOW: SendingLimits = { maxBitrate: 30_000, maxFramerate: 2, scaleResolutionDownBy: 2 };

export function limitsOf(name: StreamName, watchers: number, isLineSlow = false): SendingLimits {
  if (isLineSlow) return { ...SLOW, maxBitrate: Math.floor(SLOW.maxBitrate / Math.max(1, watchers)) };
  const share = Math.floor(ALL_BITS_PER_S / Math.max(1, watchers));
  return {
    maxBitrate: Math.min(MOST_BITS_PER_S, share),
    maxFramerate: name === "camera" ? CAMERA_FPS : SCREEN_FPS,
    // What is on a screen can no longer be read when it is small.
    scaleResolutionDownBy: name === "screen" ? 1 : watchers <= 1 ? 1 : watchers === 2 ? 1.5 : 2,
  };
}

export class LiveVideo {
  private readonly watchers = new Map<string, Watcher>();

  constructor(private readonly options: LiveVideoOptions) {}

  get isWatched(): boolean {
    return this.watchers.size > 0;
  }

  take(news: RoomNews): void {
    if (news.what === "begin") return this.begin(news);
    const watcher = this.watchers.get(news.watch);
    if (watcher === undefined) return;
    if (news.what === "end") this.close(news.watch);
    else void watcher.negotiation.take(news.what === "description" ? news.description : news.candidates);
  }

  /** The camera came back or went, the screen is shared or is not any more. */
  streamsChanged(): void {
    const streams = this.options.streams();
    for (const { lines } of this.watchers.values()) {
      for (const [name, line] of lines) void this.feed(line, trackOf(streams[name]));
    }
  }

  /** The line became slow, or is no longer. */
  lineChanged(): void {
    this.limitAll();
  }

  /** Nobody is seen any more: in a pause, after the end. */
  endAll(reason: "closed" | "not_now"): void {
    for (const watch of [...this.watchers.keys()]) {
      this.options.say({ type: "signal", what: "end", watch, reason });
      this.close(watch);
    }
  }

  /** The socket is away, and with it whoever could say that they watch no more. */
  closeAll(): void {
    for (const watch of [...this.watchers.keys()]) this.close(watch);
  }

  private begin({ watch, ice, streams }: RoomNews & { readonly what: "begin" }): void {
    this.close(watch);
    const open = this.options.openPeer ?? ((configuration) => new RTCPeerConnection(configuration));
    const peer = open(configurationOf(ice));
    const lines = new Map<StreamName, RTCRtpTransceiver>();
    const negotiation = new Negotiation({
      peer,
      polite: false,
      brokenAfterMs: BROKEN_AFTER_MS,
      sayDescription: (description) => this.say({ type: "signal", what: "description", watch, description, streams: midsOf(lines) }),
      sayCandidates: (candidates) => this.say({ type: "signal", what: "candidates", watch, candidates }),
      onConnected: () => undefined,
      onLost: () => undefined,
      onBroken: () => this.broken(watch),
    });
    this.watchers.set(watch, { peer, negotiation, lines });
    const now = this.options.streams();
    for (const name of streams) {
      lines.set(name, addLine(peer, trackOf(now[name]), this.limits(name)));
    }
    this.watchersChanged();
  }

  private say(signal: PeerSignal): void {
    this.options.say(signal);
  }

  private broken(watch: string): void {
    this.options.say({ type: "signal", what: "end", watch, reason: "failed" });
    this.close(watch);
  }

  /** The tracks are the exam's own and go on. */
  private close(watch: string): void {
    const watcher = this.watchers.get(watch);
    if (watcher === undefined) return;
    this.watchers.delete(watch);
    watcher.negotiation.close();
    this.watchersChanged();
  }

  private watchersChanged(): void {
    this.limitAll();
    this.options.onWatchers(this.watchers.size);
  }

  private limitAll(): void {
    for (const { lines } of this.watchers.values()) {
      for (const [name, { sender }] of lines) void limit(sender, this.limits(name));
    }
  }

  private limits(name: StreamName): SendingLimits {
    return limitsOf(name, this.watchers.size, this.options.isLineSlow());
  }

  /** The other side hears of a line that comes and goes: an old picture must not stand there. */
  private async feed(line: RTCRtpTransceiver, track: MediaStreamTrack | null): Promise<void> {
    if (line.sender.track === track) return;
    line.direction = directionOf(track);
    try {
      await line.sender.replaceTrack(track);
    } catch (error) {
      console.warn("a track could not be shown live", error);
    }
  }
}

function addLine(peer: RTCPeerConnection, track: MediaStreamTrack | null, limits: SendingLimits): RTCRtpTransceiver {
  const sendEncodings: RTCRtpEncodingParameters[] = [{ ...limits, priority: "low" }];
  return peer.addTransceiver(track ?? "video", { direction: directionOf(track), sendEncodings });
}

async function limit(sender: RTCRtpSender, limits: SendingLimits): Promise<void> {
  const parameters = sender.getParameters();
  for (const encoding of parameters.encodings ?? []) Object.assign(encoding, limits);
  try {
    await sender.setParameters(parameters);
  } catch (error) {
    // The bits a second stay as they were; the connection itself still gives way to a full line.
    console.warn("live video could not be limited", error);
  }
}

function directionOf(track: MediaStreamTrack | null): RTCRtpTransceiverDirection {
  return track === null ? "inactive" : "sendonly";
}

function trackOf(stream: MediaStream | null): MediaStreamTrack | null {
  return stream?.getVideoTracks()[0] ?? null;
}

function midsOf(lines: ReadonlyMap<StreamName, RTCRtpTransceiver>): Partial<Record<StreamName, string>> {
  const mids: Partial<Record<StreamName, string>> = {};
  for (const [name, { mid }] of lines) if (mid !== null) mids[name] = mid;
  return mids;
}
