import { expect, test } from "vitest";

import { asksForHelp, newestNumber, unreadBy, withAnswered, withMessages, withRead } from "./chat_log";
import { message } from "./message.fixture";

const AT = "2030-01-31T09:10:00Z";

test("lines stand in order, each once, and the newer word counts", () => {
  const read = message(1, { read_at: AT });
  expect(withMessages([message(2), message(1)], [message(3), read])).toEqual([read, message(2), message(3)]);
  expect([newestNumber([]), newestNumber([message(7)])]).toEqual([0, 7]);
});

test("one side reads what the other wrote", () => {
  const lines = [message(1), message(2, { side: "proctor" }), message(3)];
  const seen = withRead(lines, "proctor", 2, AT);
  expect(seen.map(({ read_at }) => read_at)).toEqual([AT, null, null]);
  expect(unreadBy("proctor", seen).map(({ number }) => number)).toEqual([3]);
  expect(unreadBy("candidate", seen).map(({ number }) => number)).toEqual([2]);
});

test("a call for a person is open until it is answered", () => {
  const lines = [message(1, { kind: "help", text: "" }), message(2)];
  expect(asksForHelp(lines)).toBe(true);
  const answered = withAnswered(lines, AT);
  expect(asksForHelp(answered)).toBe(false);
  expect(answered.map(({ answered_at, read_at }) => [answered_at, read_at])).toEqual([
    [AT, AT],
    [null, null],
  ]);
});
