import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { Hint } from "../console/wall_rows";
import { delayOf, partsOf, Refresher } from "./refresh";
import type { Part } from "./refresh";

const FLAG: Hint = {
  type: "flag.opened",
  session: "s",
  flag: { id: "f", rule: "R", label: "L", severity: "info", since_ms: 1, t_ms: 2, evidence_url: null },
};
const FRAME: Hint = {
  type: "frame_analyzed",
  session: "s",
  data: { face_count: 1, score: 0, integrity_score: 100, coverage: 1, thumbnail: null, t: 1 },
};
const PRESENCE: Hint = { type: "presence", session: "s", online: true };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("what a hint makes old", () => {
  it.each<[Hint, Part[], number]>([
    [FRAME, ["summary", "curve"], 5000],
    [FLAG, ["summary", "flags", "timeline", "curve"], 400],
    [PRESENCE, ["summary"], 400],
  ])("%o", (hint, parts, delayMs) => {
    expect([partsOf(hint), delayOf(hint)]).toEqual([parts, delayMs]);
  });
});

describe("the refresher", () => {
  it("fetches each part once for many hints", () => {
    const refreshed: Part[] = [];
    const refresher = new Refresher((part) => refreshed.push(part), Date.now);
    for (let second = 0; second < 4; second += 1) {
      refresher.soon(["summary"], 5000);
      vi.advanceTimersByTime(1000);
    }
    expect(refreshed).toEqual([]);
    vi.advanceTimersByTime(1000);

    expect(refreshed).toEqual(["summary"]);
  });

  it("brings a part forward, and never puts one off", () => {
    const refreshed: Part[] = [];
    const refresher = new Refresher((part) => refreshed.push(part), Date.now);
    refresher.soon(["summary"], 5000);
    refresher.soon(["summary", "flags"], 400);
    refresher.soon(["flags"], 5000);
    vi.advanceTimersByTime(400);

    expect(refreshed).toEqual(["summary", "flags"]);
    vi.advanceTimersByTime(10_000);
    expect(refreshed).toEqual(["summary", "flags"]);
  });

  it("stops", () => {
    const refreshed: Part[] = [];
    const refresher = new Refresher((part) => refreshed.push(part), Date.now);
    refresher.soon(["curve"], 400);
    refresher.stop();
    vi.advanceTimersByTime(1000);

    expect(refreshed).toEqual([]);
  });
});
