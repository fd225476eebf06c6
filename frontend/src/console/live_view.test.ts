import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { FakePeer } from "../live_video/fake_peer.fixture";
import type { Connection } from "../socket/ticket_socket";
import type { ConsoleLink, ConsoleListener } from "./console_socket";
import { LiveView } from "./live_view";

const SESSION = "7d0ad2a4-5a0c-4f5e-8a53-0e2f1c6c1a11";
const ICE = { servers: [], relay_only: false };

class FakeLink implements ConsoleLink {
  isWelcomed = true;
  readonly said: Record<string, unknown>[] = [];
  readonly listeners = new Set<ConsoleListener>();

  say(message: object): boolean {
    if (this.isWelcomed) this.said.push(message as Record<string, unknown>);
    return this.isWelcomed;
  }

  listen(listener: ConsoleListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  tell(message: object): void {
    for (const listener of this.listeners) listener.told(message);
  }

  become(connection: Connection): void {
    this.isWelcomed = connection.status === "connected";
    for (const listener of this.listeners) listener.connectionChanged(connection);
  }

  /** What was said since the last time, in short. */
  get whats(): unknown[] {
    return this.said.splice(0).map(({ what, watch, session }) => [what, watch ?? session]);
  }
}

let link: FakeLink;
let peers: FakePeer[];
let view: LiveView;

const settle = async (): Promise<void> => {
  await vi.advanceTimersByTimeAsync(0);
  await view.updateComplete;
};
const words = (): string => view.querySelector("[role=status]")!.textContent!.trim();
const button = (text: string): HTMLButtonElement =>
  [...view.querySelectorAll("button")].find(({ textContent }) => textContent!.trim() === text)!;

async function begun(watch: string): Promise<FakePeer> {
  link.tell({ type: "signal", what: "begun", watch, session: SESSION, ice: ICE });
  await settle();
  return peers.at(-1)!;
}

async function live(watch: string): Promise<FakePeer> {
  const peer = await begun(watch);
  peer.addTransceiver("video", { sendEncodings: [] }).mid = "0";
  peer.onnegotiationneeded = null;
  link.tell({ type: "signal", what: "description", watch, description: { type: "offer", sdp: "o" }, streams: { camera: "0" } });
  await settle();
  peer.become("connected");
  await settle();
  return peer;
}

beforeEach(async () => {
  vi.useFakeTimers();
  link = new FakeLink();
  peers = [];
  vi.stubGlobal(
    "RTCPeerConnection",
    class {
      constructor(configuration: unknown) {
        peers.push(new FakePeer(configuration));
        return peers.at(-1)!;
      }
    },
  );
  vi.stubGlobal(
    "MediaStream",
    class extends MediaStream {
      constructor(readonly tracks: unknown[]) {
        super();
      }
    },
  );
  view = document.createElement("live-view") as LiveView;
  view.setAttribute("session-id", SESSION);
  view.setAttribute("name", "Ada");
  view.link = link;
  document.body.replaceChildren(view);
  await settle();
});

afterEach(() => {
  view.remove();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test("nothing is asked for before somebody asks", () => {
  expect(words()).toContain("The candidate is told");
  expect(link.said).toEqual([]);
});

test("from a click to the picture, and off again", async () => {
  button("Watch live").click();
  await settle();
  expect(words()).toContain("Connecting");
  expect(link.whats).toEqual([["begin", SESSION]]);
  const peer = await live("w1");

  expect(words()).toBe("Live. The candidate is told that somebody watches.");
  expect(link.whats).toEqual([["description", "w1"]]);
  const video = view.querySelector("video")!;
  expect(video.getAttribute("aria-label")).toBe("The camera of Ada, live");
  expect((video.srcObject as unknown as { tracks: unknown[] }).tracks).toEqual([peer.lines[0]!.receiver.track]);
  button("Stop watching live").click();
  await settle();
  expect(link.whats).toEqual([["end", "w1"]]);
  expect([peer.connectionState, view.querySelector("video")]).toEqual(["closed", null]);
  expect(link.listeners.size).toBe(0);
});

test("a camera that is off is said, and a screen is shown only while it is shared", async () => {
  view.start();
  const peer = await live("w1");
  const { track } = peer.lines[0]!.receiver as unknown as { track: { muted: boolean; onmute: () => void } };
  track.muted = true;
  track.onmute();
  await settle();
  expect(words()).toBe("Connected, but neither camera nor screen gives a picture now.");
  expect(view.querySelectorAll("video").length).toBe(1);
  peer.addTransceiver("video", { sendEncodings: [] }).mid = "1";
  const description = { type: "offer", sdp: "o2" };
  link.tell({ type: "signal", what: "description", watch: "w1", description, streams: { camera: "0", screen: "1" } });
  await settle();

  const labels = (): unknown[] => [...view.querySelectorAll("video")].map((video) => video.getAttribute("aria-label"));
  expect(labels()).toEqual(["The screen of Ada, live"]);
  track.muted = false;
  track.onmute();
  await settle();
  expect(labels()).toEqual(["The camera of Ada, live", "The screen of Ada, live"]);
});

test("an element that a click has made begins by itself, and ends with the panel", async () => {
  view.begins = true;
  await settle();
  const peer = await live("w1");
  view.remove();
  await settle();

  expect(link.whats.map((said) => (said as unknown[])[0])).toEqual(["begin", "description", "end"]);
  expect(peer.connectionState).toBe("closed");
});

test("what a person stopped does not begin by itself when the candidate comes back", async () => {
  view.begins = true;
  await settle();
  await live("w1");
  button("Stop watching live").click();
  view.begins = false;
  await settle();
  link.said.length = 0;
  view.begins = true;
  await settle();
  expect(link.said).toEqual([]);
  button("Watch live").click();
  expect(link.whats).toEqual([["begin", SESSION]]);
});

test("who is away or in a pause is waited for, without a word twice", async () => {
  view.start();
  link.tell({ type: "signal", what: "refused", session: "another", code: "not_found", text: "No." });
  link.tell({ type: "signal", what: "refused", session: SESSION, code: "offline", text: "Not connected." });
  await settle();
  expect(words()).toBe("Not connected.");
  link.tell({ type: "presence", session: SESSION, online: false });
  link.tell({ type: "presence", session: "another", online: true });
  expect(link.whats).toEqual([["begin", SESSION]]);
  link.tell({ type: "presence", session: SESSION, online: true });
  await settle();
  expect(link.whats).toEqual([["begin", SESSION]]);
  expect(words()).toBe("Not connected.");
  await live("w1");
  link.tell({ type: "signal", what: "ended", watch: "w1", session: SESSION, code: "not_now", text: "Nobody is watched now." });
  await settle();
  expect(words()).toBe("Nobody is watched now.");
  link.said.length = 0;
  link.tell({ type: "state", session: SESSION, state: "running" });

  expect(link.whats).toEqual([["begin", SESSION]]);
});

test("a browser that knows no such connection says so", async () => {
  vi.stubGlobal("RTCPeerConnection", undefined);
  view.start();
  await settle();

  expect(words()).toContain("This browser shows no live video.");
  expect(link.said).toEqual([]);
});

test("a refusal is final until the person asks again", async () => {
  view.start();
  link.tell({ type: "signal", what: "refused", session: SESSION, code: "too_many", text: "Four people watch." });
  await settle();
  expect(words()).toBe("Four people watch.");
  link.tell({ type: "presence", session: SESSION, online: true });
  link.become({ status: "connected" });
  expect(link.whats).toEqual([["begin", SESSION]]);
  button("Try again").click();

  expect(link.whats).toEqual([["begin", SESSION]]);
});

test("what is lost is tried again", async () => {
  view.start();
  const peer = await live("w1");
  peer.become("disconnected");
  await settle();
  expect(words()).toContain("lost");
  await vi.advanceTimersByTimeAsync(15_000);
  expect(link.whats.at(-1)).toEqual(["end", "w1"]);
  await vi.advanceTimersByTimeAsync(2000);
  expect(link.whats).toEqual([["begin", SESSION]]);
  await vi.advanceTimersByTimeAsync(17_000);
  // Nobody answered either.
  expect(link.whats).toEqual([["begin", SESSION]]);
});

test("the page's own lost line ends the picture, and begins it again", async () => {
  view.start();
  const peer = await live("w1");
  link.said.length = 0;
  link.become({ status: "waiting" });
  await settle();
  expect([words(), peer.connectionState]).toEqual(["The video was lost. It is tried again.", "closed"]);
  link.become({ status: "connected" });
  expect(link.whats).toEqual([["begin", SESSION]]);
  link.become({ status: "stopped", words: "You are signed out." });
  await settle();
  expect(words()).toBe("You are signed out.");
});

test("another candidate in the same place is another video", async () => {
  view.begins = true;
  await settle();
  const peer = await live("w1");
  link.said.length = 0;
  view.setAttribute("session-id", "another");
  await settle();

  expect(peer.connectionState).toBe("closed");
  expect(link.whats).toEqual([["end", "w1"], ["begin", "another"]]);
});
