/** Perfect negotiation: either end may offer at any time, and when both do, the polite one takes its offer back. */

import type { Candidate, Description } from "../protocol/signals";

export interface NegotiationOptions {
  readonly peer: RTCPeerConnection;
  readonly polite: boolean;
  /** So long without a connection is the end of it; new ways are tried meanwhile. */
  readonly brokenAfterMs: number;
  readonly sayDescription: (description: Description) => void;
  readonly sayCandidates: (candidates: readonly Candidate[]) => void;
  readonly onConnected: () => void;
  readonly onLost: () => void;
  readonly onBroken: () => void;
}

/** Candidates come in a burst: together they are one message and not ten. */
const GATHER_MS = 50;
const MOST_CANDIDATES = 20;

export class Negotiation {
  private makingOffer = false;
  private ignoringOffer = false;
  private settingAnswer = false;
  private closed = false;
  private readonly gathered: Candidate[] = [];
  private gatherTimer: ReturnType<typeof setTimeout> | undefined;
  private brokenTimer: ReturnType<typeof setTimeout> | undefined;
  private work: Promise<void> = Promise.resolve();

  constructor(private readonly options: NegotiationOptions) {
    const { peer } = options;
    peer.onnegotiationneeded = () => void this.offer();
    peer.onicecandidate = ({ candidate }) => this.gather(candidate);
    peer.onconnectionstatechange = () => this.connectionChanged();
    this.expectConnection();
  }

  /** What the other end said, one after the other: a candidate belongs to the description before it. */
  take(said: Description | readonly Candidate[]): Promise<void> {
    const next = (): Promise<void> => this.heed(said);
    this.work = this.work.then(next).catch((error: unknown) => console.warn("a signal could not be used", error));
    return this.work;
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.gatherTimer);
    clearTimeout(this.brokenTimer);
    const { peer } = this.options;
    peer.onnegotiationneeded = peer.onicecandidate = peer.onconnectionstatechange = null;
    peer.close();
  }

  private async offer(): Promise<void> {
    this.makingOffer = true;
    try {
      await this.describe();
    } catch (error) {
      console.warn("an offer could not be made", error);
    } finally {
      this.makingOffer = false;
    }
  }

  private async heed(said: Description | readonly Candidate[]): Promise<void> {
    if (this.closed) return;
    if ("sdp" in said) await this.heedDescription(said);
    else for (const candidate of said) await this.heedCandidate(candidate);
  }

  private async heedDescription(description: Description): Promise<void> {
    const { peer, polite } = this.options;
    const isFree = !this.makingOffer && (peer.signalingState === "stable" || this.settingAnswer);
    this.ignoringOffer = !polite && description.type === "offer" && !isFree;
    if (this.ignoringOffer) return;
    this.settingAnswer = description.type === "answer";
    try {
      // An offer of our own that is under way is taken back by this.
      await peer.setRemoteDescription(description);
    } finally {
      this.settingAnswer = false;
    }
    if (description.type === "offer") await this.describe();
  }

  private async heedCandidate(candidate: Candidate): Promise<void> {
    try {
      await this.options.peer.addIceCandidate(candidate);
    } catch (error) {
      // Those of an offer that was not taken belong to nothing.
      if (!this.ignoringOffer) throw error;
    }
  }

  private async describe(): Promise<void> {
    const { peer, sayDescription } = this.options;
    await peer.setLocalDescription();
    const description = peer.localDescription;
    if (this.closed || description === null) return;
    sayDescription({ type: description.type === "offer" ? "offer" : "answer", sdp: description.sdp });
  }

  private gather(candidate: RTCIceCandidate | null): void {
    if (candidate === null || candidate.candidate === "") return;
    const { sdpMid, sdpMLineIndex, usernameFragment } = candidate;
    this.gathered.push({ candidate: candidate.candidate, sdpMid, sdpMLineIndex, usernameFragment });
    this.gatherTimer ??= setTimeout(() => this.sayGathered(), GATHER_MS);
  }

  private sayGathered(): void {
    this.gatherTimer = undefined;
    while (this.gathered.length > 0) this.options.sayCandidates(this.gathered.splice(0, MOST_CANDIDATES));
  }

  private connectionChanged(): void {
    const { peer, onConnected, onLost } = this.options;
    if (peer.connectionState === "connected") {
      clearTimeout(this.brokenTimer);
      this.brokenTimer = undefined;
      return onConnected();
    }
    if (peer.connectionState !== "disconnected" && peer.connectionState !== "failed") return;
    if (this.brokenTimer === undefined) this.expectConnection();
    onLost();
    if (peer.connectionState === "failed") peer.restartIce();
  }

  private expectConnection(): void {
    this.brokenTimer = setTimeout(() => this.options.onBroken(), this.options.brokenAfterMs);
  }
}
