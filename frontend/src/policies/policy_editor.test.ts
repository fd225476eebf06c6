import { afterEach, beforeEach, describe, expect, it } from "vitest";

import "./policy_editor";
import type { PolicyEditor } from "./policy_editor";

const POLICY = {
  name: "ours",
  ledgers: { temporary: { floor: 0 } },
  rules: [
    { id: "A", label: "First", severity: "info", when: { any: [{ signal: "phone", op: "==", value: true }] }, for_ms: 2000 },
    { id: "B", label: "Second", severity: "info", on: "copy" },
  ],
};

describe("the policy editor", () => {
  let source: HTMLTextAreaElement;
  let editor: PolicyEditor;

  beforeEach(async () => {
    source = document.createElement("textarea");
    source.value = JSON.stringify(POLICY);
    editor = document.createElement("policy-editor") as PolicyEditor;
    editor.config = { signals: ["phone"], operators: ["==", ">="], streams: ["video"] };
    editor.source = source;
    document.body.append(source, editor);
    await editor.updateComplete;
  });
  afterEach(() => document.body.replaceChildren());

  const held = (): { rules: { id: string; for_ms?: number; when?: unknown }[] } => JSON.parse(source.value);
  const press = async (name: string): Promise<void> => {
    const found = [...editor.querySelectorAll("button")].find((one) => one.dataset["act"] === name);
    if (found === undefined) throw new Error(`there is no button ${name}`);
    found.focus();
    found.click();
    await editor.updateComplete;
  };
  const openFirst = async (): Promise<void> => {
    const details = editor.querySelector("details") as HTMLDetailsElement;
    details.open = true;
    details.dispatchEvent(new Event("toggle"));
    await editor.updateComplete;
  };
  const field = (label: string): HTMLInputElement => {
    const found = [...editor.querySelectorAll("label")].find((one) => one.textContent?.trim().startsWith(label));
    return found?.querySelector("input, select") as HTMLInputElement;
  };

  it("moves a rule down and says where it went", async () => {
    await press("Move First down");
    expect(held().rules.map((rule) => rule.id)).toEqual(["B", "A"]);
    expect(editor.querySelector("[role='status']")?.textContent).toBe("First is now number 2.");
  });

  it("adds and removes rules", async () => {
    await press("Add a rule");
    expect(held().rules.map((rule) => rule.id)).toEqual(["A", "B", "RULE_3"]);
    await press("Remove the rule First");
    expect(held().rules.map((rule) => rule.id)).toEqual(["B", "RULE_3"]);
  });

  it("writes a changed time in milliseconds and a nested condition where it belongs", async () => {
    await openFirst();
    const lasts = field("Lasts at least, seconds");
    expect(lasts.value).toBe("2");
    lasts.value = "4.5";
    lasts.dispatchEvent(new Event("change"));
    await press("Add a condition here");
    expect(held().rules[0]?.for_ms).toBe(4500);
    expect(held().rules[0]?.when).toEqual({
      any: [
        { signal: "phone", op: "==", value: true },
        { signal: "face_count", op: "==", value: 0 },
      ],
    });
  });

  it("keeps a renamed rule open", async () => {
    await openFirst();
    const id = field("Id");
    id.value = "PHONE";
    id.dispatchEvent(new Event("change"));
    await editor.updateComplete;
    expect(held().rules[0]?.id).toBe("PHONE");
    expect(editor.querySelector("details")?.open).toBe(true);
  });

  it("follows the JSON, and says when it cannot be read", async () => {
    source.value = "{";
    source.dispatchEvent(new Event("input"));
    await editor.updateComplete;
    expect(editor.textContent).toContain("cannot be read");
    source.value = JSON.stringify({ ...POLICY, rules: [] });
    source.dispatchEvent(new Event("input"));
    await editor.updateComplete;
    expect(editor.querySelectorAll("details")).toHaveLength(0);
    expect(editor.textContent).toContain("Add a rule");
  });
});
