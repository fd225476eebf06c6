/** A policy's JSON document, and changes to it that never touch the one before. */

import { gettext } from "../words/gettext";

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}
export type Path = readonly (string | number)[];

const FOR_LASTING = [
  ...["for_ms", "cmp", "release_ms", "repeat", "unknown", "worst", "min_records", "needs"],
];
const RULE_FIELD = "flags.";

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function objectOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

export function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

export function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

export function at(value: Json | undefined, path: Path): Json | undefined {
  let found = value;
  for (const key of path) {
    if (typeof key === "number") found = listOf(found)[key];
    else found = objectOf(found)[key];
  }
  return found;
}

/** The document with `value` at `path`; missing objects on the way are made, undefined takes the key out. */
export function put(document: JsonObject, path: Path, value: Json | undefined): JsonObject {
  return objectOf(placed(document, path, value));
}

function placed(old: Json | undefined, path: Path, value: Json | undefined): Json {
  const [key, ...rest] = path;
  if (key === undefined) return value ?? null;
  if (typeof key === "number") {
    const list = [...listOf(old)];
    list[key] = placed(list[key], rest, value);
    return list;
  }
  const { [key]: before, ...others } = objectOf(old);
  if (rest.length === 0 && value === undefined) return others;
  if (before === undefined) return { ...others, [key]: placed(before, rest, value) };
  return { ...objectOf(old), [key]: placed(before, rest, value) };
}

export function added(document: JsonObject, path: Path, value: Json): JsonObject {
  return put(document, path, [...listOf(at(document, path)), value]);
}

export function removed(document: JsonObject, path: Path, place: number): JsonObject {
  return put(document, path, listOf(at(document, path)).filter((_one, index) => index !== place));
}

export function moved(document: JsonObject, path: Path, from: number, to: number): JsonObject {
  const list = [...listOf(at(document, path))];
  if (to < 0 || to >= list.length) return document;
  list.splice(to, 0, ...list.splice(from, 1));
  return put(document, path, list);
}

export function ruleIds(document: JsonObject): string[] {
  return listOf(document["rules"]).map((rule) => textOf(objectOf(rule)["id"]));
}

export function withNewRule(document: JsonObject): JsonObject {
  const known = ruleIds(document);
  let number = known.length + 1;
  while (known.includes(`RULE_${number}`)) number += 1;
  return added(document, ["rules"], {
    id: `RULE_${number}`,
    label: gettext("New rule"),
    severity: "info",
    when: { signal: "face_count", op: "==", value: 0 },
    for_ms: 3000,
    release_ms: 1500,
    repeat: "once",
  });
}

/** Without the rule, and without what the report says about it. */
export function withoutRule(document: JsonObject, place: number): JsonObject {
  const id = ruleIds(document)[place] ?? "";
  return report(removed(document, ["rules"], place), id, null);
}

/** Deductions and ladder follow the new id. */
export function withRuleId(document: JsonObject, place: number, id: string): JsonObject {
  const before = ruleIds(document)[place] ?? "";
  return report(put(document, ["rules", place, "id"], id), before, id);
}

function report(document: JsonObject, before: string, id: string | null): JsonObject {
  let changed = document;
  const amounts = at(document, ["report", "deduct", "by_rule"]);
  if (isObject(amounts) && before in amounts) {
    const kept = Object.entries(amounts).flatMap(([rule, points]) =>
      rule !== before ? [[rule, points]] : id === null ? [] : [[id, points]],
    );
    changed = put(changed, ["report", "deduct", "by_rule"], Object.fromEntries(kept) as JsonObject);
  }
  listOf(at(document, ["report", "recommend"])).forEach((rung, step) => {
    const needs = at(rung, ["if"]);
    if (!Array.isArray(needs)) return;
    const kept = (needs as readonly Json[]).flatMap((need): Json[] => {
      const [field, ...rest] = listOf(need);
      if (field !== RULE_FIELD + before) return [need];
      return id === null ? [] : [[RULE_FIELD + id, ...rest]];
    });
    changed = put(changed, ["report", "recommend", step, "if"], kept);
  });
  return changed;
}

export type RuleKind = "sustained" | "sample" | "event";

export function kindOf(rule: JsonObject): RuleKind {
  if ("on" in rule) return "event";
  return rule["mode"] === "sample" ? "sample" : "sustained";
}

/** The rule as another kind, without the keys that have no meaning there. */
export function asKind(rule: JsonObject, kind: RuleKind): JsonObject {
  const foreign = new Set(["mode", "until", ...(kind === "sustained" ? [] : FOR_LASTING)]);
  if (kind !== "sample") foreign.add("every_ms");
  foreign.add(kind === "event" ? "when" : "on");
  const kept = Object.fromEntries(Object.entries(rule).filter(([key]) => !foreign.has(key)));
  if (kind === "event") return { ...kept, on: textOf(rule["on"]) || "tab_hidden" };
  const when = rule["when"] ?? { signal: "face_count", op: "==", value: 0 };
  return kind === "sample" ? { ...kept, when, mode: "sample" } : { ...kept, when };
}

/** What people type beside an operator: true, false, a number, else text; a list with commas for `in`. */
export function valueOf(text: string, op: string): Json {
  if (op === "in") return text.split(",").map((part) => scalarOf(part.trim()));
  return scalarOf(text.trim());
}

function scalarOf(text: string): Json {
  if (text === "true" || text === "false") return text === "true";
  const number = Number(text);
  return text !== "" && Number.isFinite(number) ? number : text;
}

/** The events that end an event: one is written alone, several as a list, none not at all. */
export function untilOf(text: string): Json | undefined {
  const names = text.split(",").map((name) => name.trim());
  const ends = names.filter((name) => name !== "");
  return ends.length > 1 ? ends : ends[0];
}

export function untilText(value: Json | undefined): string {
  return Array.isArray(value) ? valueText(value) : textOf(value);
}

export function valueText(value: Json | undefined): string {
  if (Array.isArray(value)) return (value as readonly Json[]).map(valueText).join(", ");
  return value === undefined || value === null ? "" : String(value);
}
