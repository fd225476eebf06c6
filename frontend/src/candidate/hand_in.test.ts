import { afterEach, beforeEach, expect, test, vi } from "vitest";

import fixtures from "../../../tests/fixtures/protocol/messages.json";
import { JitteredBackoff } from "../socket/reconnect";
import { handIn, lastEventsSent } from "./hand_in";
import { RequestRefused } from "./requests";

const SUBMITTED = fixtures.server.valid.find(({ name }) => name === "state")!.message.session;

let answers: (() => Promise<Response>)[];
let posted: string[];
let problems: string[];

beforeEach(() => {
  vi.useFakeTimers();
  [answers, posted, problems] = [[], [], []];
  vi.stubGlobal("fetch", (url: string) => {
    posted.push(url);
    return answers.shift()!();
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function answer(status: number, body: unknown): () => Promise<Response> {
  return () => Promise.resolve(new Response(JSON.stringify(body), { status }));
}

function options(eventsAreSent: () => Promise<boolean> = () => Promise.resolve(true)) {
  return {
    submitUrl: "/room/1/submit/",
    policy: new JitteredBackoff(() => 1),
    eventsAreSent,
    onProblem: (words: string) => problems.push(words),
  };
}

test("without network it keeps trying until the server has it", async () => {
  answers = [() => Promise.reject(new TypeError("failed")), answer(503, {}), answer(200, SUBMITTED)];
  const result = handIn(options());

  await vi.advanceTimersByTimeAsync(1500);

  expect(await result).toEqual(SUBMITTED);
  expect(posted).toHaveLength(3);
  expect(problems).toHaveLength(2);
});

test("a refusal is handed on in the server's words", async () => {
  answers = [answer(409, { code: "wrong_state", message: "The exam is paused." })];

  await expect(handIn(options())).rejects.toEqual(new RequestRefused(409, "wrong_state", "The exam is paused."));
});

test("the last events go first, but no longer than three seconds", async () => {
  answers = [answer(200, SUBMITTED)];
  const result = handIn(options(() => Promise.resolve(false)));

  await vi.advanceTimersByTimeAsync(2900);
  expect(posted).toEqual([]);
  await vi.advanceTimersByTimeAsync(100);

  expect(await result).toEqual(SUBMITTED);
});

test("the page is kept until the last events are sent, though not for ever", async () => {
  let sent = false;
  const left: string[] = [];
  void lastEventsSent(() => Promise.resolve(sent)).then(() => left.push("sent"));
  void lastEventsSent(() => Promise.resolve(false)).then(() => left.push("given up"));

  await vi.advanceTimersByTimeAsync(10_000);
  expect(left).toEqual([]);
  sent = true;
  await vi.advanceTimersByTimeAsync(100);
  expect(left).toEqual(["sent"]);
  await vi.advanceTimersByTimeAsync(10_000);

  expect(left).toEqual(["sent", "given up"]);
});
