import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { RequestRefused, ServerUnreachable } from "../candidate/requests";
import { ConsoleSocket, fetchConsoleTicket, SIGNED_OUT } from "./console_socket";
import type { Connection } from "../socket/ticket_socket";

class FakeWebSocket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readonly readyState = WebSocket.OPEN;
  readonly sent: unknown[] = [];
  closedWith: number | undefined;

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(code: number): void {
    this.closedWith = code;
  }

  say(message: unknown): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

function harness(fetchTicket: () => Promise<string> = () => Promise.resolve("ticket")) {
  const sockets: FakeWebSocket[] = [];
  const connections: Connection[] = [];
  const messages: unknown[] = [];
  const socket = new ConsoleSocket({
    url: "ws://here/ws/console/",
    ticketUrl: "/console/ticket/",
    topic: { exam: "e1" },
    policy: { delayMs: (attempt) => 1000 * (attempt + 1) },
    onConnection: (connection) => connections.push(connection),
    onMessage: (message) => messages.push(message),
    fetchTicket,
    openWebSocket: () => {
      const fake = new FakeWebSocket();
      sockets.push(fake);
      return fake as unknown as WebSocket;
    },
  });
  return { socket, sockets, connections, messages };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("the console's socket", () => {
  it("says hello with a ticket and its topic, answers pings and hands hints on", async () => {
    const { socket, sockets, connections, messages } = harness();
    socket.start();
    await vi.advanceTimersByTimeAsync(0);
    sockets[0]?.onopen?.();
    sockets[0]?.say({ type: "welcome", server_time: "now" });
    sockets[0]?.say({ type: "ping" });
    sockets[0]?.say({ type: "presence", session: "s1", online: true });
    sockets[0]?.onmessage?.({ data: "{broken" });

    expect(sockets[0]?.sent).toEqual([{ type: "hello", ticket: "ticket", exam: "e1" }, { type: "pong" }]);
    expect(connections.map((connection) => connection.status)).toEqual(["connecting", "connected"]);
    expect(messages).toEqual([{ type: "presence", session: "s1", online: true }, null]);
  });

  it("comes back with a new ticket after a restart of the server", async () => {
    const { socket, sockets, connections } = harness();
    socket.start();
    await vi.advanceTimersByTimeAsync(0);
    sockets[0]?.onclose?.({ code: 1012 });
    await vi.advanceTimersByTimeAsync(1000);

    expect(sockets).toHaveLength(2);
    expect(connections.map((connection) => connection.status)).toEqual(["connecting", "waiting", "connecting"]);
  });

  it("stops with words when the exam is gone", async () => {
    const { socket, sockets, connections } = harness();
    socket.start();
    await vi.advanceTimersByTimeAsync(0);
    sockets[0]?.onclose?.({ code: 4404 });
    await vi.advanceTimersByTimeAsync(60_000);

    expect(sockets).toHaveLength(1);
    expect(connections.at(-1)).toEqual({
      status: "stopped",
      words: "This exam or session does not exist any more.",
    });
  });

  it("keeps trying while the server is away and stops when it refuses", async () => {
    const answers = [new ServerUnreachable(), new RequestRefused(403, "role", "Your role may not.")];
    const { socket, connections } = harness(() => Promise.reject(answers.shift() ?? new Error("too many tries")));
    socket.start();
    await vi.advanceTimersByTimeAsync(1000);

    expect(connections).toEqual([
      { status: "connecting" },
      { status: "waiting" },
      { status: "connecting" },
      { status: "stopped", words: "Your role may not." },
    ]);
  });

  it("lets a part of the page say and hear, from the welcome on and until it is gone", async () => {
    const { socket, sockets } = harness();
    const heard: unknown[] = [];
    const unlisten = socket.listen({ told: (message) => heard.push(message), connectionChanged: ({ status }) => heard.push(status) });
    socket.start();
    await vi.advanceTimersByTimeAsync(0);
    sockets[0]?.onopen?.();
    expect(socket.say({ type: "early" })).toBe(false);
    sockets[0]?.say({ type: "welcome", server_time: "now" });
    expect(socket.say({ type: "signal" })).toBe(true);
    sockets[0]?.say({ type: "presence" });
    unlisten();
    sockets[0]?.say({ type: "presence" });

    expect(sockets[0]?.sent.at(-1)).toEqual({ type: "signal" });
    expect(heard).toEqual(["connecting", "connected", { type: "presence" }]);
  });

  it("opens one socket however often it is asked to try", async () => {
    const { socket, sockets } = harness();
    socket.start();
    socket.retryNow();
    socket.retryNow();
    await vi.advanceTimersByTimeAsync(0);

    expect(sockets).toHaveLength(1);
  });

  it("does not trust a connection that has gone silent", async () => {
    const { socket, sockets } = harness();
    socket.start();
    await vi.advanceTimersByTimeAsync(66_000);

    expect(sockets[0]?.closedWith).toBe(4000);
    await vi.advanceTimersByTimeAsync(1000);
    expect(sockets).toHaveLength(2);
  });
});

it("the sign-in page is no ticket", async () => {
  vi.stubGlobal("fetch", () => Promise.resolve(new Response("<html>", { status: 200 })));

  await expect(fetchConsoleTicket("/console/ticket/")).rejects.toThrow(SIGNED_OUT);
  vi.unstubAllGlobals();
});
