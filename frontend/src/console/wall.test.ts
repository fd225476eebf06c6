import { describe, expect, it } from "vitest";

import { wallRow } from "./wall_row.fixture";
import { fits, matches, reviewFirst, worstFirst } from "./wall_order";
import type { Filter } from "./wall_order";
import { applyHint, readHint } from "./wall_rows";
import type { FlagBrief, Hint, WallRow } from "./wall_rows";
import { clock, leftWords, percentWords, pictureIntervalMs, presenceOf } from "./wall_words";

const NO_FLAGS = { critical: 0, warning: 0, info: 0 };

const row = (changes: Partial<WallRow> = {}): WallRow => wallRow("s1", "Dana", { external_id: "c-17", started_at: null, ...changes });

function flag(changes: Partial<FlagBrief> = {}): FlagBrief {
  return { id: "f1", rule: "NO_FACE", label: "No face seen", severity: "warning", since_ms: 14_000, evidence_url: null, ...changes };
}

const opened = (brief: FlagBrief): Hint => ({ type: "flag.opened", session: "s1", flag: { ...brief, t_ms: 17_000 } });

describe("order", () => {
  it("puts open critical flags first, then score, then offline, then name, the finished last", () => {
    const rows = [
      row({ id: "done", state: "terminated", score: 90, open_flags: [flag({ severity: "critical" })] }),
      row({ id: "waiting", state: "invited", online: false }),
      row({ id: "zoe", candidate: "Zoe" }),
      row({ id: "ann", candidate: "Ann" }),
      row({ id: "offline", candidate: "Zora", online: false }),
      row({ id: "scored", score: 40 }),
      row({ id: "critical", open_flags: [flag({ severity: "critical" })] }),
    ];
    const expected = ["critical", "scored", "offline", "ann", "zoe", "waiting", "done"];

    expect(worstFirst(rows)).toEqual(expected);
    expect(worstFirst([...rows].reverse())).toEqual(expected);
  });

  it("for a review puts the most unusual first, and who was not judged as ever", () => {
    const rows = [
      row({ id: "running", score: 40 }),
      row({ id: "usual", state: "submitted", unusual: 0.3 }),
      row({ id: "unusual", state: "submitted", unusual: 0.8 }),
      row({ id: "short", state: "submitted" }),
    ];

    expect(reviewFirst(rows)).toEqual(["unusual", "usual", "running", "short"]);
  });

  it("does not move a tile for a point", () => {
    const rows = [row({ id: "b", candidate: "Ben", score: 11 }), row({ id: "a", candidate: "Ann", score: 10 })];

    expect(worstFirst(rows)).toEqual(["a", "b"]);
  });
});

describe("filter and search", () => {
  const flagged = row({ flag_counts: { ...NO_FLAGS, info: 1 } });
  const offline = row({ online: false });
  const finished = row({ state: "submitted", online: false });
  const invited = row({ state: "invited", online: false });

  it.each<[Filter, boolean[]]>([
    ["all", [true, true, true, true]],
    ["flagged", [true, false, false, false]],
    ["offline", [false, true, false, false]],
    ["finished", [false, false, true, false]],
  ])("%s", (filter, expected) => {
    expect([flagged, offline, finished, invited].map((candidate) => fits(candidate, filter))).toEqual(expected);
  });

  it("finds names without their accents, in any order of words", () => {
    const zoe = row({ candidate: "Zoë Müller-Łuk" });

    expect(["", "zoe", "muller zoë", "MÜLL"].map((words) => matches(zoe, words))).toEqual([true, true, true, true]);
    expect(matches(zoe, "zoe smith")).toBe(false);
  });
});

describe("hints", () => {
  it("a frame moves scores and the picture", () => {
    const data = { face_count: 1, score: 8, integrity_score: 92, coverage: 0.5, thumbnail: "/t?seq=2", t: 2000 };

    const { rows, alarm, reload } = applyHint([row()], { type: "frame_analyzed", session: "s1", data });

    expect(rows).toEqual([row({ score: 8, integrity_score: 92, coverage: 0.5, thumbnail: "/t?seq=2" })]);
    expect([alarm, reload]).toEqual([null, false]);
  });

  it("an opened flag is counted once, however often it is told", () => {
    const once = applyHint([row()], opened(flag())).rows;
    const twice = applyHint(once, opened(flag())).rows;

    expect(once).toEqual([
      row({ newest_flag: flag(), flag_counts: { ...NO_FLAGS, warning: 1 }, open_flags: [flag()] }),
    ]);
    expect(twice).toEqual(once);
  });

  it("a critical flag is an alarm the first time only", () => {
    const critical = flag({ severity: "critical", label: "Several faces" });
    const first = applyHint([row()], opened(critical));

    expect(first.alarm).toEqual({ candidate: "Dana", flag: { ...critical, t_ms: 17_000 } });
    expect(applyHint(first.rows, opened(critical)).alarm).toBeNull();
    expect(applyHint([row()], opened(flag())).alarm).toBeNull();
  });

  it("a closed flag leaves the open ones and stays counted", () => {
    const before = row({ newest_flag: flag(), flag_counts: { ...NO_FLAGS, warning: 1 }, open_flags: [flag()] });

    const { rows } = applyHint([before], { type: "flag.closed", session: "s1", flag: { id: "f1" } });

    expect(rows).toEqual([{ ...before, open_flags: [] }]);
  });

  it("a picture that is kept after its flag has closed counts nothing twice", () => {
    const after = row({ newest_flag: flag({ id: "f2" }), flag_counts: { ...NO_FLAGS, warning: 2 } });
    const hint: Hint = {
      type: "flag.opened",
      session: "s1",
      flag: { ...flag({ severity: "critical" }), t_ms: 17_000, evidence_url: "/evidence/f1.jpg" },
    };

    expect(applyHint([after], hint)).toEqual({ rows: [after], alarm: null, call: null, reload: false });
  });

  it("a picture that is kept is shown with its flag, and counts nothing twice", () => {
    const before = row({ newest_flag: flag(), flag_counts: { ...NO_FLAGS, warning: 1 }, open_flags: [flag()] });
    const pictured = flag({ evidence_url: "/evidence/f1.jpg" });

    expect(applyHint([before], opened(pictured))).toEqual({
      rows: [{ ...before, newest_flag: pictured, open_flags: [pictured] }],
      alarm: null,
      call: null,
      reload: false,
    });
  });

  it("presence and state change, and a state asks for the rest", () => {
    expect(applyHint([row()], { type: "presence", session: "s1", online: false }).rows).toEqual([
      row({ online: false }),
    ]);
    const { rows, reload } = applyHint([row()], { type: "state", session: "s1", state: "submitted" });
    expect([rows, reload]).toEqual([[row({ state: "submitted" })], true]);
  });

  it("an unknown session asks for the rows again", () => {
    const rows = [row()];

    expect(applyHint(rows, { type: "presence", session: "new", online: true })).toEqual({
      rows,
      alarm: null,
      call: null,
      reload: true,
    });
  });

  it("a call for a person is told once, and only while the sitting goes on", () => {
    const waiting = { unread: 1, help_since: "2030-01-31T09:00:00Z" };
    const calling = row({ waiting });
    const hint: Hint = { type: "chat", session: "s1", waiting };
    expect(applyHint([row()], hint)).toEqual({ rows: [calling], alarm: null, call: calling, reload: false });
    expect(applyHint([calling], hint).call).toBeNull();
    expect(applyHint([row({ state: "submitted" })], hint).call).toBeNull();
    expect(worstFirst([row({ id: "a", score: 90 }), row({ id: "b", state: "checking", waiting })])).toEqual(["b", "a"]);
  });

  it("a screen is followed picture by picture", () => {
    const hint: Hint = { type: "screen", session: "s1", picture: "/sessions/s1/screen.jpg?seq=2" };
    expect(applyHint([row()], hint).rows[0]?.screen).toBe("/sessions/s1/screen.jpg?seq=2");
  });

  it("what is no hint is left alone", () => {
    const messages = [null, "x", {}, { type: "welcome" }, { type: "presence" }, { type: "chat", session: "s1" }];

    expect(messages.map(readHint)).toEqual(messages.map(() => null));
    const hint = { type: "presence", session: "s1", online: true };
    expect(readHint(hint)).toBe(hint);
  });
});

describe("words", () => {
  it("times and shares", () => {
    expect([0, 14_999, 725_000, 3_723_000, -5].map(clock)).toEqual(["0:00", "0:14", "12:05", "1:02:03", "0:00"]);
    expect([null, 0.756, 1].map(percentWords)).toEqual(["–", "76 %", "100 %"]);
  });

  it("time left goes on between two snapshots", () => {
    const halfHour = row({ remaining_ms: 1_800_000 });

    expect([0, 61_000, 1_750_000, 2_000_000].map((ms) => leftWords(halfHour, ms))).toEqual([
      "30 min left",
      "28 min left",
      "under 1 min left",
      "time is up",
    ]);
    expect(leftWords(row({ state: "submitted" }), 0)).toBeNull();
    expect(leftWords(row({ remaining_ms: null }), 0)).toBeNull();
  });

  it("presence in words", () => {
    const rows = [row(), row({ online: false }), row({ state: "invited", online: false }), row({ state: "expired" })];

    expect(rows.map((candidate) => presenceOf(candidate).words)).toEqual([
      "Online",
      "Offline",
      "Not here yet",
      "Finished",
    ]);
  });

  it("a full wall asks for pictures less often", () => {
    expect([1, 5, 40].map(pictureIntervalMs)).toEqual([1000, 1000, 6000]);
  });
});
