import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { Candidate, Description } from "../protocol/signals";
import { FakePeer } from "./fake_peer.fixture";
import { Negotiation } from "./negotiation";

type Said = Description | readonly Candidate[];

class End {
  readonly peer = new FakePeer();
  readonly said: Said[] = [];
  readonly news: string[] = [];
  readonly negotiation: Negotiation;

  constructor(polite: boolean) {
    this.negotiation = new Negotiation({
      peer: this.peer.real,
      polite,
      brokenAfterMs: 1000,
      sayDescription: (description) => this.said.push(description),
      sayCandidates: (candidates) => this.said.push(candidates),
      onConnected: () => this.news.push("connected"),
      onLost: () => this.news.push("lost"),
      onBroken: () => this.news.push("broken"),
    });
  }

  async hear(...said: Said[]): Promise<void> {
    await Promise.all(said.map((each) => this.negotiation.take(each)));
  }
}

const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);
const candidate = (number: number): Candidate => ({
  candidate: `candidate:${number}`,
  sdpMid: "0",
  sdpMLineIndex: 0,
  usernameFragment: null,
});

let polite: End;
let impolite: End;

beforeEach(() => {
  vi.useFakeTimers();
  [polite, impolite] = [new End(true), new End(false)];
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

test("an offer is answered", async () => {
  impolite.peer.onnegotiationneeded!();
  await settle();
  await polite.hear(...impolite.said);
  await impolite.hear(...polite.said);

  expect([impolite.said, polite.said].flat().map((said) => "type" in said && said.type)).toEqual(["offer", "answer"]);
  expect([polite.peer.signalingState, impolite.peer.signalingState]).toEqual(["stable", "stable"]);
});

test("when both offer at once, the polite one takes its offer back and both agree", async () => {
  impolite.peer.onnegotiationneeded!();
  polite.peer.onnegotiationneeded!();
  await settle();
  const [ours, theirs] = [polite.said.splice(0), impolite.said.splice(0)];
  await Promise.all([impolite.hear(...ours), polite.hear(...theirs)]);

  expect(impolite.said).toEqual([]);
  expect(polite.said.map((said) => "type" in said && said.type)).toEqual(["answer"]);
  await impolite.hear(...polite.said);
  expect([polite.peer.signalingState, impolite.peer.signalingState]).toEqual(["stable", "stable"]);
});

test("candidates of an offer that was not taken are passed over, others are missed aloud", async () => {
  const warn = vi.spyOn(console, "warn").mockReturnValue();
  impolite.peer.onnegotiationneeded!();
  await settle();
  await impolite.hear({ type: "offer", sdp: "theirs" }, [candidate(1)]);
  expect(warn).not.toHaveBeenCalled();

  await polite.hear([candidate(1)]);
  expect(warn).toHaveBeenCalledTimes(1);
  // And what comes after is heard.
  await polite.hear({ type: "offer", sdp: "ours" }, [candidate(2)]);
  expect(polite.peer.candidates).toEqual([candidate(2)]);
});

test("a burst of candidates is a few messages", async () => {
  for (let number = 0; number < 23; number += 1) impolite.peer.onicecandidate!({ candidate: candidate(number) });
  impolite.peer.onicecandidate!({ candidate: candidate(23) });
  impolite.peer.onicecandidate!({ candidate: { ...candidate(24), candidate: "" } });
  impolite.peer.onicecandidate!({ candidate: null });
  expect(impolite.said).toEqual([]);
  await vi.advanceTimersByTimeAsync(50);

  expect(impolite.said.map((said) => (said as readonly Candidate[]).length)).toEqual([20, 4]);
});

test("a lost way is looked for anew, and given up after a while", async () => {
  impolite.peer.become("connected");
  await vi.advanceTimersByTimeAsync(5000);
  impolite.peer.become("disconnected");
  impolite.peer.become("failed");
  expect(impolite.peer.restarts).toBe(1);
  await settle();
  expect(impolite.said.map((said) => "type" in said && said.type)).toEqual(["offer"]);
  await vi.advanceTimersByTimeAsync(999);
  expect(impolite.news).toEqual(["connected", "lost", "lost"]);
  await vi.advanceTimersByTimeAsync(1);

  expect(impolite.news).toEqual(["connected", "lost", "lost", "broken"]);
});

test("a way that is found again in time goes on", async () => {
  polite.peer.become("connected");
  polite.peer.become("disconnected");
  polite.peer.become("connected");
  await vi.advanceTimersByTimeAsync(5000);

  expect(polite.news).toEqual(["connected", "lost", "connected"]);
});

test("one that never connects is broken, and a closed one is silent", async () => {
  polite.peer.onicecandidate!({ candidate: candidate(1) });
  polite.negotiation.close();
  await vi.advanceTimersByTimeAsync(1000);
  await polite.hear({ type: "offer", sdp: "late" });

  expect([polite.said, polite.news, polite.peer.connectionState]).toEqual([[], [], "closed"]);
  expect(impolite.news).toEqual(["broken"]);
});
