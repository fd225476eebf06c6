import { describe, expect, it } from "vitest";

import { formOf, turned } from "./condition_fields";
import type { JsonObject } from "./document";
import { asKind, moved, put, ruleIds, untilOf, untilText, valueOf, valueText, withNewRule, withoutRule, withRuleId } from "./document";
import { withoutLedger } from "./score_fields";

const POLICY: JsonObject = {
  name: "ours",
  ledgers: { temporary: { floor: 0 }, permanent: {} },
  score: { sum: ["temporary", "permanent"] },
  rules: [
    { id: "A", when: { signal: "phone", op: "==", value: true }, for_ms: 1000, effects: [{ ledger: "temporary", add: 1 }] },
    { id: "B", on: "copy", effects: [{ ledger: "permanent", add: 2 }] },
  ],
  report: {
    deduct: { by_rule: { A: 3, B: 1 } },
    recommend: [{ if: [["flags.A", "==", 0], ["score", "<", 5]], then: "PASS" }, { then: "REVIEW_REQUIRED" }],
  },
};

describe("a policy's document", () => {
  it("is changed at one place and left whole elsewhere", () => {
    const before = JSON.stringify(POLICY);
    const changed = put(POLICY, ["rules", 0, "when", "value"], false);
    expect(changed["rules"]).toEqual([
      { ...(POLICY["rules"] as JsonObject[])[0], when: { signal: "phone", op: "==", value: false } },
      (POLICY["rules"] as JsonObject[])[1],
    ]);
    expect(JSON.stringify(POLICY)).toBe(before);
    expect(put(POLICY, ["score"], undefined)).not.toHaveProperty("score");
    expect(put(POLICY, ["gap", "video", "ms"], 5)["gap"]).toEqual({ video: { ms: 5 } });
  });

  it("keeps its keys in their order", () => {
    expect(Object.keys(put(POLICY, ["ledgers", "temporary", "floor"], 1))).toEqual(Object.keys(POLICY));
  });

  it("moves a rule, and no rule beyond the ends", () => {
    expect(ruleIds(moved(POLICY, ["rules"], 0, 1))).toEqual(["B", "A"]);
    expect(moved(POLICY, ["rules"], 0, -1)).toBe(POLICY);
    expect(moved(POLICY, ["rules"], 1, 2)).toBe(POLICY);
  });

  it("gives a new rule an id that is free", () => {
    const twice = withNewRule(withNewRule(POLICY));
    expect(ruleIds(twice)).toEqual(["A", "B", "RULE_3", "RULE_4"]);
    expect(ruleIds(withNewRule(withRuleId(POLICY, 0, "RULE_3")))).toEqual(["RULE_3", "B", "RULE_4"]);
  });

  it("takes a rule out of the report too", () => {
    expect(withoutRule(POLICY, 0)["report"]).toEqual({
      deduct: { by_rule: { B: 1 } },
      recommend: [{ if: [["score", "<", 5]], then: "PASS" }, { then: "REVIEW_REQUIRED" }],
    });
  });

  it("renames a rule in the report too", () => {
    expect(withRuleId(POLICY, 0, "C")["report"]).toEqual({
      deduct: { by_rule: { C: 3, B: 1 } },
      recommend: [{ if: [["flags.C", "==", 0], ["score", "<", 5]], then: "PASS" }, { then: "REVIEW_REQUIRED" }],
    });
  });

  it("takes a ledger out of score and rules", () => {
    const changed = withoutLedger(POLICY, "temporary");
    expect(changed["score"]).toEqual({ sum: ["permanent"] });
    expect((changed["rules"] as JsonObject[]).map((rule) => rule["effects"])).toEqual([
      [],
      [{ ledger: "permanent", add: 2 }],
    ]);
  });
});

describe("a rule", () => {
  const lasting: JsonObject = { id: "A", when: { signal: "a", op: "==", value: 1 }, for_ms: 5, needs: "x", severity: "info" };

  it("ends with one event, with several or with none", () => {
    expect([untilOf(" tab_visible "), untilOf("tab_visible, page_loaded,"), untilOf(" ")]).toEqual([
      "tab_visible",
      ["tab_visible", "page_loaded"],
      undefined,
    ]);
    expect([untilText("tab_visible"), untilText(["tab_visible", "page_loaded"]), untilText(undefined)]).toEqual([
      "tab_visible",
      "tab_visible, page_loaded",
      "",
    ]);
    expect(asKind({ id: "A", on: "tab_hidden", until: "tab_visible", for_ms: 5 }, "sample")).not.toHaveProperty("until");
  });

  it("loses what has no meaning in another kind", () => {
    expect(asKind(lasting, "event")).toEqual({ id: "A", severity: "info", on: "tab_hidden" });
    expect(asKind(lasting, "sample")).toEqual({ id: "A", severity: "info", when: lasting["when"], mode: "sample" });
    expect(asKind({ ...asKind(lasting, "sample"), every_ms: 5 }, "sustained")).toEqual({
      id: "A",
      severity: "info",
      when: lasting["when"],
    });
  });

  it("reads what people type as the value it is", () => {
    expect([valueOf("true", "=="), valueOf("0.4", ">="), valueOf("left", "=="), valueOf("", "==")]).toEqual([true, 0.4, "left", ""]);
    expect(valueOf("dark, 2,true", "in")).toEqual(["dark", 2, true]);
    expect(valueText(["dark", 2, true])).toBe("dark, 2, true");
  });
});

describe("a condition", () => {
  const one: JsonObject = { signal: "phone", op: "==", value: true };

  it("keeps what it held when it becomes another form", () => {
    expect(turned(one, "all")).toEqual({ all: [one] });
    expect(turned({ all: [one, one] }, "any")).toEqual({ any: [one, one] });
    expect(turned({ any: [one] }, "signal")).toEqual(one);
    expect(turned(one, "not")).toEqual({ not: one });
    expect(formOf(turned({ not: { all: [one] } }, "signal"))).toBe("signal");
  });
});
