import { describe, expect, it } from "vitest";

import { markers, plotted, scoreAt, summaryOf } from "./curve_data";
import type { CurveFlag, RiskCurveData } from "./curve_data";

const FLAG: CurveFlag = { id: "f", rule: "R", label: "L", severity: "warning", since_ms: 1500, evidence_url: null, t_ms: 2500 };
const DATA: RiskCurveData = { t_ms: [1000, 2000, 3000], score: [0, 8, 5], flags: [FLAG], duration_ms: 10_000 };
const EMPTY: RiskCurveData = { t_ms: [], score: [], flags: [], duration_ms: 5000 };

describe("the curve", () => {
  it("begins at the start and holds until now", () => {
    expect(plotted(DATA)).toEqual([
      [0, 1, 2, 3, 10],
      [0, 0, 8, 5, 5],
    ]);
  });

  it("is empty without scores", () => {
    expect(plotted(EMPTY)).toEqual([[], []]);
  });

  it("holds its score between two records", () => {
    expect([0, 1000, 2999, 3000, 99_000].map((t) => scoreAt(DATA, t))).toEqual([0, 0, 8, 5, 5]);
  });

  it("carries its flags", () => {
    expect(markers(DATA)).toEqual([{ flag: FLAG, atS: 2.5, score: 8 }]);
  });

  it("says itself in words", () => {
    expect(summaryOf(DATA)).toBe("Risk score over time: highest 8.0, last 5.0, 1 flag.");
    expect(summaryOf(EMPTY)).toBe("No scores yet.");
  });
});
