import { afterEach, beforeEach, expect, test, vi } from "vitest";

import fixtures from "../../../tests/fixtures/protocol/messages.json";
import type { SessionView } from "../protocol/messages";
import { BreaksPart, NOT_ASKED } from "./breaks_part";
import type { BreaksState } from "./breaks_part";
import type { RoomHost } from "./room_part";

const RUNNING = fixtures.server.valid[0]!.message.session as SessionView;
const ON_BREAK: SessionView = { ...RUNNING, state: "paused", breaks: { left: 1, minutes: 5, remaining_ms: 300_000 } };

let breaks: BreaksState;
let answer: [status: number, body: unknown];
let posts: unknown[];
let applied: SessionView[];

function part(url: string | undefined = "/break/"): BreaksPart {
  const host = {
    config: { urls: url === undefined ? {} : { break: url } },
    get view() {
      return { breaks };
    },
    show: (change: { breaks: BreaksState }) => (breaks = change.breaks),
  } as unknown as RoomHost;
  return new BreaksPart(host, (session) => applied.push(session));
}

beforeEach(() => {
  breaks = NOT_ASKED;
  answer = [200, ON_BREAK];
  posts = [];
  applied = [];
  vi.stubGlobal("fetch", (_url: string, request: RequestInit) => {
    posts.push(JSON.parse(String(request.body)));
    return Promise.resolve(new Response(JSON.stringify(answer[1]), { status: answer[0] }));
  });
});

afterEach(() => vi.unstubAllGlobals());

test("a break is taken, and the room goes by what the server says", async () => {
  await part().take();
  expect(posts).toEqual([{ to: "begin" }]);
  expect(applied).toEqual([ON_BREAK]);
  expect(breaks).toEqual(NOT_ASKED);
});

test("a refusal is told in its words", async () => {
  answer = [409, { code: "no_break_left", message: "You have no break left." }];
  await part().take();
  expect(applied).toEqual([]);
  expect(breaks).toEqual({ isAsking: false, problem: "You have no break left." });
});

test("coming back is asked for once at a time", async () => {
  const one = part();
  await Promise.all([one.comeBack(), one.comeBack()]);
  expect(posts).toEqual([{ to: "end" }]);
});

test("the countdown is that of the break, and knows no time outside one", () => {
  const one = part();
  one.sessionChanged(RUNNING);
  expect(one.countdown.remainingMs()).toBeNull();
  one.sessionChanged(ON_BREAK);
  expect(one.countdown.remainingMs()).toBeGreaterThan(299_000);
});

test("without an address nothing is asked", async () => {
  const host = { config: { urls: {} }, view: { breaks } } as unknown as RoomHost;
  await new BreaksPart(host, (session) => applied.push(session)).take();
  expect(posts).toEqual([]);
});
