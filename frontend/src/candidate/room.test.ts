import { afterEach, beforeEach, expect, test, vi } from "vitest";

import fixtures from "../../../tests/fixtures/protocol/messages.json";
import type { SessionView } from "../protocol/messages";
import "./elements/room_page";
import type { RoomPage } from "./elements/room_page";
import { MemoryEventStore } from "./event_store";
import { Room } from "./room";

const WELCOME = fixtures.server.valid[0]!.message;
// Without a content address: a frame would try to load it.
const RUNNING: SessionView = { ...(WELCOME.session as SessionView), content_url: "" };
const CHECKING: SessionView = { ...RUNNING, state: "checking", now_ms: null, remaining_ms: null, require_full_screen: false };
const URLS = { ticket: "/ticket/", start: "/start/", submit: "/submit/", socket: "/ws/room/", thanks: "/thanks/" };

class FakeWebSocket {
  static readonly OPEN = 1;
  static newest: FakeWebSocket;
  readonly readyState = FakeWebSocket.OPEN;
  readonly sent: unknown[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  constructor(readonly url: string) {
    FakeWebSocket.newest = this;
  }

  send(data: string): void {
    this.sent.push(JSON.parse(data));
  }

  close(): void {
    this.onclose = null;
  }

  say(message: unknown): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

let posts: [url: string, body: unknown][];
let answers: Record<string, [status: number, body: unknown]>;
let left: string[];
let room: Room;
let page: RoomPage;

async function settle(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0);
  await page.updateComplete;
}

/** No camera is watched here: pictures need a real browser, and are tried in one. */
async function open(session: SessionView): Promise<void> {
  room = new Room({ session, urls: URLS, watched: [], candidate_name: "Ada" }, new MemoryEventStore());
  page = document.createElement("room-page") as RoomPage;
  page.room = room;
  document.body.replaceChildren(page);
  room.begin();
  await settle();
  FakeWebSocket.newest.onopen!();
  FakeWebSocket.newest.say({ ...WELCOME, session, told: [], next_seq: { browser: 1, video: 1 } });
  await settle();
}

beforeEach(() => {
  vi.useFakeTimers();
  [posts, left] = [[], []];
  answers = { "/ticket/": [200, { ticket: "t" }] };
  vi.stubGlobal("WebSocket", FakeWebSocket);
  vi.stubGlobal("fetch", (url: string, request: RequestInit) => {
    posts.push([url, JSON.parse(request.body as string)]);
    const [status, body] = answers[url]!;
    return Promise.resolve(new Response(JSON.stringify(body), { status }));
  });
  vi.spyOn(location, "assign").mockImplementation((url) => void left.push(String(url)));
});

afterEach(() => {
  room.end();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test("a welcome that the start has overtaken does not lead back to the door", async () => {
  answers["/start/"] = [200, { ...RUNNING, now_ms: 0, remaining_ms: 60_000, require_full_screen: false }];
  await open(CHECKING);
  page.querySelector<HTMLButtonElement>("[data-action=start]")!.click();
  await settle();

  FakeWebSocket.newest.say({ ...WELCOME, session: { ...CHECKING, state: "ready" }, next_seq: { browser: 1, video: 1 } });
  await settle();
  expect(room.view.session.state).toBe("running");
  FakeWebSocket.newest.say({ type: "state", session: { ...RUNNING, state: "paused" } });
  await settle();
  expect(room.view.session.state).toBe("paused");
});

test("from the door into the exam and out", async () => {
  answers["/start/"] = [200, { ...RUNNING, now_ms: 0, remaining_ms: 60_000, require_full_screen: false }];
  answers["/submit/"] = [200, { ...RUNNING, state: "submitted", remaining_ms: 0 }];
  await open(CHECKING);

  page.querySelector<HTMLButtonElement>("[data-action=start]")!.click();
  await settle();
  expect(posts.at(-1)).toEqual(["/start/", { device_info: expect.objectContaining({ camera_label: "" }) as unknown }]);
  expect(page.querySelector(".exam-title")?.textContent).toBe("Linear Algebra I");

  document.dispatchEvent(new Event("contextmenu"));
  await settle();
  expect(FakeWebSocket.newest.sent.at(-1)).toEqual({
    type: "events",
    events: [{ stream: "browser", seq: 1, t: expect.any(Number) as number, ev: "context_menu", n: 1 }],
  });
  FakeWebSocket.newest.say({ type: "ack", stream: "browser", seq: 1 });
  await settle();

  void room.submit("asked");
  await settle();
  expect(posts.at(-1)).toEqual(["/submit/", {}]);
  expect(left).toEqual(["/thanks/"]);
});

test("a refused start says why and can be tried again", async () => {
  answers["/start/"] = [409, { code: "not_open", message: "The exam opens at 10:00.", field: null, request_id: "r" }];
  await open(CHECKING);

  await room.start({ withoutBaseline: false });
  await settle();

  expect(page.querySelector(".check-start [role=alert]")?.textContent).toBe("The exam opens at 10:00.");
  expect(page.querySelector<HTMLButtonElement>("[data-action=start]")!.disabled).toBe(false);
});

test("a reload is noted and the clock goes on", async () => {
  await open({ ...RUNNING, require_full_screen: false });

  expect(FakeWebSocket.newest.sent.at(-1)).toEqual({
    type: "events",
    events: [{ stream: "browser", seq: 1, t: RUNNING.now_ms, ev: "page_loaded", n: 1 }],
  });
  expect(page.querySelector(".time-left")?.textContent).toBe("58:59");
});

test("at zero the exam is handed in by itself, once", async () => {
  answers["/submit/"] = [200, { ...RUNNING, state: "expired", remaining_ms: 0 }];
  await open({ ...RUNNING, remaining_ms: 2000, require_full_screen: false });
  FakeWebSocket.newest.say({ type: "ack", stream: "browser", seq: 1 });

  await vi.advanceTimersByTimeAsync(4000);

  expect(posts.filter(([url]) => url === "/submit/")).toEqual([["/submit/", {}]]);
  expect(left).toEqual(["/thanks/"]);
});

test("the server ends the exam, and the page leaves once it has the last events", async () => {
  await open(RUNNING);

  FakeWebSocket.newest.say({ type: "state", session: { ...RUNNING, state: "terminated", remaining_ms: 0 } });
  await settle();
  expect(left).toEqual([]);

  FakeWebSocket.newest.say({ type: "ack", stream: "browser", seq: 99 });
  await vi.waitFor(() => expect(left).toEqual(["/thanks/"]));
});

test("opened elsewhere: the page says so and stays quiet", async () => {
  await open(RUNNING);

  FakeWebSocket.newest.onclose!({ code: 4409 });
  await settle();

  expect(page.querySelector("[role=alert]")?.textContent).toContain("opened in another window");
});

test("a pause draws the curtain and stops the clock, a notice stays until it is read", async () => {
  await open(RUNNING);

  FakeWebSocket.newest.say({ type: "state", session: { ...RUNNING, state: "paused" } });
  FakeWebSocket.newest.say({ type: "notice", level: "warning", text: "Please stay at your desk." });
  await vi.advanceTimersByTimeAsync(60_000);
  await settle();
  expect(page.querySelector(".exam-curtain h2")?.textContent).toBe("The exam is paused");
  expect(room.countdown.remainingMs()).toBe(RUNNING.remaining_ms);
  expect(page.textContent).toContain("Please stay at your desk.");

  room.dismissNotice();
  await settle();
  expect(page.textContent).not.toContain("Please stay at your desk.");
});
