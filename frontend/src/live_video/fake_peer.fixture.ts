/** A connection for tests: it keeps the rules of signaling states and moves no media. */

interface FakeLine {
  mid: string | null;
  direction: string;
  readonly sender: FakeSender;
  readonly receiver: { readonly track: MediaStreamTrack };
}

export class FakeSender {
  parameters: { encodings: Record<string, unknown>[] };

  constructor(
    public track: unknown,
    encodings: readonly Record<string, unknown>[] = [],
  ) {
    this.parameters = { encodings: encodings.map((encoding) => ({ ...encoding })) };
  }

  replaceTrack(track: unknown): Promise<void> {
    this.track = track;
    return Promise.resolve();
  }

  getParameters(): unknown {
    return structuredClone(this.parameters);
  }

  setParameters(parameters: { encodings: Record<string, unknown>[] }): Promise<void> {
    this.parameters = parameters;
    return Promise.resolve();
  }
}

export class FakePeer {
  signalingState = "stable";
  connectionState = "new";
  localDescription: { readonly type: string; readonly sdp: string } | null = null;
  remote: { readonly type: string; readonly sdp: string } | null = null;
  restarts = 0;
  readonly candidates: unknown[] = [];
  readonly lines: FakeLine[] = [];
  onnegotiationneeded: (() => void) | null = null;
  onicecandidate: ((event: { candidate: unknown }) => void) | null = null;
  onconnectionstatechange: (() => void) | null = null;
  ontrack: (() => void) | null = null;

  constructor(readonly configuration: unknown = null) {}

  /** As the browser does: an offer when all is quiet, else the answer; an offer of the other side is needed for one. */
  setLocalDescription(): Promise<void> {
    const type = this.signalingState === "have-remote-offer" ? "answer" : "offer";
    this.signalingState = type === "offer" ? "have-local-offer" : "stable";
    this.lines.forEach((line, index) => (line.mid = String(index)));
    this.localDescription = { type, sdp: `${type} of ${this.lines.length}` };
    return Promise.resolve();
  }

  setRemoteDescription(description: { readonly type: string; readonly sdp: string }): Promise<void> {
    if (description.type === "answer" && this.signalingState !== "have-local-offer") {
      return Promise.reject(new Error("an answer to nothing"));
    }
    // Another's offer takes back one's own.
    this.signalingState = description.type === "offer" ? "have-remote-offer" : "stable";
    this.remote = description;
    return Promise.resolve();
  }

  addIceCandidate(candidate: unknown): Promise<void> {
    if (this.remote === null) return Promise.reject(new Error("a candidate of nothing"));
    this.candidates.push(candidate);
    return Promise.resolve();
  }

  addTransceiver(track: unknown, options: { direction?: string; sendEncodings: Record<string, unknown>[] }): FakeLine {
    const sender = new FakeSender(typeof track === "string" ? null : track, options.sendEncodings);
    const receiver = { track: { muted: false } as MediaStreamTrack };
    const line = { mid: null, direction: options.direction ?? "sendrecv", sender, receiver };
    this.lines.push(line);
    queueMicrotask(() => this.onnegotiationneeded?.());
    return line;
  }

  getTransceivers(): readonly FakeLine[] {
    return this.lines;
  }

  restartIce(): void {
    this.restarts += 1;
    this.onnegotiationneeded?.();
  }

  close(): void {
    this.connectionState = "closed";
  }

  become(state: string): void {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }

  get real(): RTCPeerConnection {
    return this as unknown as RTCPeerConnection;
  }
}
