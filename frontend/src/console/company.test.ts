import { expect, test } from "vitest";

import { actWords, agoWords, othersThere, readCompanyHint, withAct } from "./company";
import type { Act, Watcher } from "./company";

const ACT: Act = {
  at: "2030-01-31T09:00:00Z",
  action: "session.paused",
  actor: "Anna",
  session: "s1",
  candidate: "Bea",
  minutes: null,
};
const WATCHERS: readonly Watcher[] = [
  { person: "a", name: "Anna", session: "s1" },
  { person: "a", name: "Anna", session: "s2" },
  { person: "b", name: "Ben", session: null },
];

test.each([
  ["session.paused", "Anna paused Bea."],
  ["session.resumed", "Anna let Bea go on."],
  ["session.time_given", "Anna gave Bea more time: 5 min."],
  ["session.warned", "Anna warned Bea."],
  ["session.screen_excused", "Anna let Bea go on without the screen."],
  ["session.note", "Anna wrote a note on Bea."],
  ["session.message_sent", "Anna wrote to Bea."],
  ["session.help_answered", "Anna answered Bea."],
  ["session.submitted", "Anna ended the exam of Bea."],
  ["session.terminated", "Anna terminated Bea."],
  ["session.newer", "Anna did something with Bea."],
])("%s in words", (action, words) => {
  expect(actWords({ ...ACT, action, minutes: 5 })).toBe(words);
});

test("how long ago it was", () => {
  const at = Date.parse(ACT.at);
  expect([agoWords(ACT, at + 10_400), agoWords(ACT, at + 185_000), agoWords(ACT, at - 5000)]).toEqual(["10 s ago", "3 min ago", "0 s ago"]);
});

test("the others, each once, on the wall or at one candidate", () => {
  expect(othersThere(WATCHERS, "me")).toEqual(["Anna", "Ben"]);
  expect(othersThere(WATCHERS, "a")).toEqual(["Ben"]);
  expect(othersThere(WATCHERS, "me", "s1")).toEqual(["Anna"]);
});

test("an act that a reload has brought already is there once", () => {
  const again = { ...ACT, at: "2030-01-31T09:00:00.400Z" };
  const later = { ...ACT, at: "2030-01-31T09:05:00Z" };
  expect(withAct([ACT], again)).toEqual([ACT]);
  expect(withAct([ACT], later)).toEqual([later, ACT]);
});

test("what is not about those who watch is not read as such", () => {
  expect(readCompanyHint({ type: "act", act: ACT })).toEqual({ type: "act", act: ACT });
  for (const other of [null, "act", { type: "act" }, { type: "watchers", watchers: "a" }, { type: "state" }]) {
    expect(readCompanyHint(other)).toBeNull();
  }
});
