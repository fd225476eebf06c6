import { expect, test } from "vitest";

import { clockText, Countdown } from "./countdown";

function countdownAt(page: { value: number }): Countdown {
  return new Countdown(() => page.value);
}

test("nothing is left to say before the start", () => {
  const countdown = countdownAt({ value: 0 });

  expect([countdown.remainingMs(), countdown.isOver, countdown.announcement()]).toEqual([null, false, null]);
});

test("time runs down to zero and not below", () => {
  const page = { value: 100 };
  const countdown = countdownAt(page);
  countdown.sync(5000, false);

  page.value = 3100;
  expect([countdown.remainingMs(), countdown.isOver]).toEqual([2000, false]);
  page.value = 9999;
  expect([countdown.remainingMs(), countdown.isOver]).toEqual([0, true]);
});

test("a pause holds the time, even at its end", () => {
  const page = { value: 0 };
  const countdown = countdownAt(page);
  countdown.sync(5000, true);
  page.value = 60_000;
  expect([countdown.remainingMs(), countdown.isOver]).toEqual([5000, false]);

  countdown.sync(5000, false);
  page.value = 61_000;
  expect(countdown.remainingMs()).toBe(4000);
});

test("ten, five and one minute are announced once each", () => {
  const page = { value: 0 };
  const countdown = countdownAt(page);
  countdown.sync(11 * 60_000, false);
  const said: (string | null)[] = [];

  for (const minute of [0, 1, 1.5, 6, 9, 10, 10.5, 11]) {
    page.value = minute * 60_000;
    said.push(countdown.announcement());
  }

  expect(said).toEqual([null, "10 minutes left.", null, "5 minutes left.", null, "1 minute left.", null, null]);
});

test("a page opened late says only the nearest threshold, and extra time is announced anew", () => {
  const page = { value: 0 };
  const countdown = countdownAt(page);
  countdown.sync(4 * 60_000, false);
  expect([countdown.announcement(), countdown.announcement()]).toEqual(["5 minutes left.", null]);

  countdown.sync(15 * 60_000, false);
  expect(countdown.announcement()).toBe(null);
  page.value = 5 * 60_000;
  expect(countdown.announcement()).toBe("10 minutes left.");
});

test.each([
  [0, "0:00"],
  [1, "0:01"],
  [59_001, "1:00"],
  [600_000, "10:00"],
  [3_600_000, "1:00:00"],
  [3_723_000, "1:02:03"],
])("%i ms read %s", (remainingMs, text) => {
  expect(clockText(remainingMs)).toBe(text);
});
