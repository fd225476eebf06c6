import { expect, test } from "vitest";

import { SessionClock } from "./clock";

function clockAt(pageMs: { value: number }): SessionClock {
  return new SessionClock(() => pageMs.value);
}

test("before the start, time counts from the opening of the page", () => {
  const page = { value: 5000 };
  const clock = clockAt(page);
  clock.anchor(null);
  page.value = 6250.9;

  expect([clock.hasStarted, clock.nowMs()]).toEqual([false, 1250]);
});

test("the start sets time back to the session's own", () => {
  const page = { value: 0 };
  const clock = clockAt(page);
  page.value = 90_000;
  clock.nowMs();

  clock.anchor(0);
  page.value = 91_000;

  expect([clock.hasStarted, clock.nowMs()]).toEqual([true, 1000]);
});

test("after a reload the session's time goes on", () => {
  const page = { value: 300 };
  const clock = clockAt(page);

  clock.anchor(61_500);
  page.value = 1300;

  expect(clock.nowMs()).toBe(62_500);
});

test("a later welcome moves time forward but never back", () => {
  const page = { value: 0 };
  const clock = clockAt(page);
  clock.anchor(10_000);
  page.value = 2000;
  expect(clock.nowMs()).toBe(12_000);

  clock.anchor(11_800);
  expect(clock.nowMs()).toBe(12_000);
  page.value = 2500;
  expect(clock.nowMs()).toBe(12_300);

  clock.anchor(40_000);
  expect(clock.nowMs()).toBe(40_000);
});
