import { afterEach, beforeEach, expect, test, vi } from "vitest";

import fixtures from "../../../tests/fixtures/protocol/messages.json";
import type { ServerMessage } from "../protocol/messages";
import { JitteredBackoff } from "./reconnect";
import { RoomSocket } from "./room_socket";
import { TicketRefused } from "./ticket_socket";
import type { Connection } from "./ticket_socket";

const DEVICE = { user_agent: "test", screen: [800, 600], camera_label: "" } as const;
const WELCOME = fixtures.server.valid[0]!.message;

class FakeWebSocket {
  readyState: number = WebSocket.OPEN;
  bufferedAmount = 0;
  readonly sent: unknown[] = [];
  closedWith: number | null = null;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  send(data: string | Uint8Array): void {
    this.sent.push(typeof data === "string" ? JSON.parse(data) : data);
  }

  close(code: number): void {
    this.closedWith = code;
  }

  say(message: unknown): void {
    this.onmessage?.({ data: typeof message === "string" ? message : JSON.stringify(message) });
  }
}

let sockets: FakeWebSocket[];
let connections: Connection[];
let messages: ServerMessage[];
let ticketsAsked: number;

function roomSocket(fetchTicket: () => Promise<string> = () => Promise.resolve(`ticket-${++ticketsAsked}`)): RoomSocket {
  return new RoomSocket({
    url: "ws://127.0.0.1/ws/room/",
    policy: new JitteredBackoff(() => 1),
    fetchTicket,
    device: () => DEVICE,
    onMessage: (message) => messages.push(message),
    onConnection: (connection) => connections.push(connection),
    openWebSocket: () => {
      const socket = new FakeWebSocket();
      sockets.push(socket);
      return socket as unknown as WebSocket;
    },
  });
}

async function connected(): Promise<RoomSocket> {
  const socket = roomSocket();
  socket.start();
  await vi.advanceTimersByTimeAsync(0);
  sockets[0]!.onopen!();
  sockets[0]!.say(WELCOME);
  return socket;
}

beforeEach(() => {
  vi.useFakeTimers();
  sockets = [];
  connections = [];
  messages = [];
  ticketsAsked = 0;
});

afterEach(() => {
  vi.useRealTimers();
});

test("hello comes first, nothing else before the welcome", async () => {
  const socket = roomSocket();
  socket.start();
  await vi.advanceTimersByTimeAsync(0);
  sockets[0]!.onopen!();

  expect(socket.sendFrame(new Uint8Array(11))).toBe(false);
  expect(sockets[0]!.sent).toEqual([{ type: "hello", ticket: "ticket-1", device: DEVICE }]);

  sockets[0]!.say(WELCOME);
  expect(socket.sendFrame(new Uint8Array(11))).toBe(true);
  expect(messages).toEqual([WELCOME]);
  expect(connections.map(({ status }) => status)).toEqual(["connecting", "connected"]);
});

test("on a slow line pictures and sound do not pile up, and words still go", async () => {
  const socket = await connected();
  sockets[0]!.bufferedAmount = 256 * 1024 + 1;

  expect(socket.sendFrame(new Uint8Array(11))).toBe(false);
  expect(socket.sendEvents([])).toBe(true);
  sockets[0]!.bufferedAmount = 0;
  expect(socket.sendFrame(new Uint8Array(11))).toBe(true);
});

test("a ping is answered and an unreadable message changes nothing", async () => {
  const warn = vi.spyOn(console, "warn").mockReturnValue();
  const socket = await connected();

  sockets[0]!.say({ type: "ping" });
  sockets[0]!.say("<html>");
  sockets[0]!.say({ type: "signal" });

  expect(sockets[0]!.sent.at(-1)).toEqual({ type: "pong" });
  expect(socket.isWelcomed).toBe(true);
  expect(warn).toHaveBeenCalledTimes(2);
});

test("every connection asks for a new ticket, also after the old one was refused", async () => {
  await connected();

  sockets[0]!.onclose!({ code: 4401 });
  await vi.advanceTimersByTimeAsync(500);
  sockets[1]!.onopen!();

  expect(sockets[1]!.sent).toEqual([{ type: "hello", ticket: "ticket-2", device: DEVICE }]);
});

test("delays grow while the server is away and start over after a welcome", async () => {
  await connected();
  sockets[0]!.onclose!({ code: 1006 });
  await vi.advanceTimersByTimeAsync(500);
  sockets[1]!.onclose!({ code: 1006 });
  await vi.advanceTimersByTimeAsync(999);
  expect(sockets).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(1);
  expect(sockets).toHaveLength(3);

  sockets[2]!.onopen!();
  sockets[2]!.say(WELCOME);
  sockets[2]!.onclose!({ code: 1012 });
  await vi.advanceTimersByTimeAsync(500);

  expect(sockets).toHaveLength(4);
});

test.each([4403, 4404, 4409])("close %i stops with words", async (code) => {
  await connected();

  sockets[0]!.onclose!({ code });
  await vi.advanceTimersByTimeAsync(60_000);

  expect(sockets).toHaveLength(1);
  expect(connections.at(-1)).toEqual({ status: "stopped", words: expect.stringMatching(/\w+ .+\./) as string });
});

test("a refused ticket stops, a lost network tries again", async () => {
  const answers = [() => Promise.reject(new TypeError("network")), () => Promise.reject(new TicketRefused("The exam is over."))];
  roomSocket(() => answers.shift()!()).start();
  await vi.advanceTimersByTimeAsync(0);
  expect(connections.at(-1)).toEqual({ status: "waiting" });

  await vi.advanceTimersByTimeAsync(500);

  expect(connections.at(-1)).toEqual({ status: "stopped", words: "The exam is over." });
  expect(sockets).toHaveLength(0);
});

test("three missed pings are a lost connection", async () => {
  const socket = await connected();

  await vi.advanceTimersByTimeAsync(65_000);

  expect(sockets[0]!.closedWith).toBe(4000);
  expect(socket.isWelcomed).toBe(false);
  await vi.advanceTimersByTimeAsync(500);
  expect(sockets).toHaveLength(2);
});

test("waking skips the delay and replaces an old connection, stopping ends everything", async () => {
  const socket = await connected();
  sockets[0]!.onclose!({ code: 4429 });
  expect(connections.at(-1)).toEqual({ status: "waiting" });

  socket.wake();
  await vi.advanceTimersByTimeAsync(0);
  expect(sockets).toHaveLength(2);

  socket.wake();
  await vi.advanceTimersByTimeAsync(0);
  expect(sockets.map(({ closedWith }) => closedWith)).toEqual([null, 4000, null]);

  socket.stop();
  expect(sockets[2]!.closedWith).toBe(1000);
  await vi.advanceTimersByTimeAsync(120_000);
  expect(sockets).toHaveLength(3);
});
