import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { CompanyLine } from "./company_line";

const ACT = { at: "2030-01-31T09:00:00Z", action: "session.paused", actor: "Ben", session: "s1", candidate: "Bea", minutes: null };

beforeEach(() => {
  vi.useFakeTimers();
  vi.setSystemTime(new Date(ACT.at));
});
afterEach(() => vi.useRealTimers());

function textOf(place: HTMLElement): string {
  return (place.textContent ?? "").replace(/\s+/g, " ").trim();
}

test("who else is there is named, what they do is told, and it grows old", () => {
  const place = document.createElement("div");
  const line = new CompanyLine(place, { me: "a", watchers: [{ person: "a", name: "Anna", session: "s1" }], acts: [] });
  line.begin();
  expect(textOf(place)).toBe("Nobody else watches now.");

  line.told({ type: "watchers", session: "s1", watchers: [{ person: "b", name: "<b>Ben</b>", session: "s1" }] });
  line.told({ type: "act", session: "s1", act: ACT });
  line.told({ type: "state", session: "s1", state: "paused" });
  expect(textOf(place)).toBe("Also watching: <b>Ben</b> Ben paused Bea. 0 s ago");

  vi.advanceTimersByTime(10_000);
  expect(textOf(place)).toContain("10 s ago");
});
