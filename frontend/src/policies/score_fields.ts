/** Ledgers, what a flag takes from the integrity score, and the ladder of recommendations. */

import { html } from "lit";
import type { TemplateResult } from "lit";

import type { Json, JsonObject, Path } from "./document";
import { added, at, isObject, listOf, moved, objectOf, put, removed, ruleIds, textOf, valueOf, valueText } from "./document";
import { button, choiceField, labelled, numberField, operatorOptions, options, secondsField, select, switchField } from "./fields";
import type { Editing, Option } from "./fields";

const SEVERITIES = ["critical", "warning", "info"] as const;
const FIELDS: readonly Option[] = [
  ["integrity_score", "integrity score"],
  ["critical_flags", "critical flags"],
  ["warning_flags", "warnings"],
  ["info_flags", "info flags"],
  ["total_events", "all flags"],
  ["score", "risk score"],
];
const RECOMMENDATIONS: readonly Option[] = [
  ["PASS", "pass"],
  ["PASS_WITH_REVIEW", "pass, with a look at the flags"],
  ["REVIEW_REQUIRED", "a person has to review it"],
];

export function ledgerFields(edit: Editing): TemplateResult {
  const ledgers = objectOf(edit.document["ledgers"]);
  const names = Object.keys(ledgers);
  const summed = at(edit.document, ["score", "sum"]);
  const counts = (name: string): boolean => summed === undefined || listOf(summed).includes(name);
  const count = (name: string, on: boolean): void => {
    const next = names.filter((one) => (one === name ? on : counts(one)));
    edit.change(put(edit.document, ["score", "sum"], next));
  };
  return html`${names.map(
      (name) => html`<fieldset class="policy-part"><legend class="form-label">${name}</legend>
        ${switchField("Part of the risk score", counts(name), (on) => count(name, on))}
        ${ledger(edit, ["ledgers", name])}
        ${button("Remove", `Remove the ledger ${name}`, () => edit.change(withoutLedger(edit.document, name), `${name} removed.`))}
      </fieldset>`,
    )}
    <div class="policy-row">
      ${labelled("Name of a new ledger", html`<input class="form-control form-control-sm" data-new-ledger />`)}
      ${button("Add a ledger", "Add a ledger", () => addLedger(edit))}
    </div>`;
}

function ledger(edit: Editing, path: Path): TemplateResult {
  const known = objectOf(at(edit.document, path));
  const part = (key: string, fresh: JsonObject) => (on: boolean): void =>
    edit.change(put(edit.document, [...path, key], on ? fresh : undefined));
  const decay: Path = [...path, "decay"];
  const window: Path = [...path, "window"];
  return html`<div class="field-row">
      ${numberField(edit, "Starts at", [...path, "start"])} ${numberField(edit, "Never below", [...path, "floor"])}
      ${numberField(edit, "Never above", [...path, "cap"])}
    </div>
    ${switchField("Points fade with time", isObject(known["decay"]), part("decay", { points: 1, every_ms: 2000 }))}
    ${isObject(known["decay"])
      ? html`<div class="field-row">
          ${numberField(edit, "Points", [...decay, "points"])} ${secondsField(edit, "Every, seconds", [...decay, "every_ms"])}
          ${choiceField(edit, "How", [...decay, "mode"], [["", "in steps (usual)"], ["stepped", "in steps"], ["linear", "evenly"], ["resync", "a step at a record"]])}
          ${choiceField(edit, "When", [...decay, "when"], [["", "always (usual)"], ["always", "always"], ["no_violation", "while all is well"]])}
        </div>`
      : ""}
    ${switchField("Counted in intervals", isObject(known["window"]), part("window", { ms: 30_000 }))}
    ${isObject(known["window"])
      ? html`<div class="field-row">
          ${secondsField(edit, "Length, seconds", [...window, "ms"])}
          ${choiceField(edit, "Ends", [...window, "align"], [["", "on the clock (usual)"], ["exact", "on the clock"], ["sample", "at a record"]])}
          ${numberField(edit, "Marked from, points", [...window, "flag_at"])}
          ${switchField("Begins anew when marked", at(edit.document, [...window, "reset_on_flag"]) === true, (on) =>
            edit.change(put(edit.document, [...window, "reset_on_flag"], on || undefined)),
          )}
        </div>`
      : ""}`;
}

/** Without the ledger, its place in the score and the points that rules add to it. */
export function withoutLedger(document: JsonObject, name: string): JsonObject {
  let changed = put(document, ["ledgers", name], undefined);
  const summed = at(document, ["score", "sum"]);
  if (Array.isArray(summed)) {
    changed = put(changed, ["score", "sum"], (summed as readonly Json[]).filter((one) => one !== name));
  }
  listOf(document["rules"]).forEach((rule, place) => {
    const effects = at(rule, ["effects"]);
    if (!Array.isArray(effects)) return;
    const kept = (effects as readonly Json[]).filter((effect) => objectOf(effect)["ledger"] !== name);
    changed = put(changed, ["rules", place, "effects"], kept);
  });
  return changed;
}

function addLedger(edit: Editing): void {
  const input = document.querySelector<HTMLInputElement>("[data-new-ledger]");
  const name = input?.value.trim() ?? "";
  if (input === null || name === "" || name in objectOf(edit.document["ledgers"])) {
    input?.focus();
    return;
  }
  input.value = "";
  let changed = put(edit.document, ["ledgers", name], { floor: 0, cap: 100 });
  if (Array.isArray(at(changed, ["score", "sum"]))) changed = added(changed, ["score", "sum"], name);
  edit.change(changed, `${name} added.`);
}

export function deductFields(edit: Editing): TemplateResult {
  const path: Path = ["report", "deduct"];
  const byRule = objectOf(at(edit.document, [...path, "by_rule"]));
  const left = ruleIds(edit.document).filter((id) => !(id in byRule));
  return html`<div class="field-row">
      ${SEVERITIES.map((one) => numberField(edit, `Each ${one} flag takes`, [...path, "by_severity", one]))}
    </div>
    <fieldset class="policy-part"><legend class="form-label">Rules that take something else</legend>
      ${Object.keys(byRule).map(
        (id) => html`<div class="policy-row">${numberField(edit, id, [...path, "by_rule", id])}
          ${button("Remove", `Remove what ${id} takes`, () =>
            edit.change(put(edit.document, [...path, "by_rule", id], undefined), `${id} removed.`),
          )}</div>`,
      )}
      ${labelled(
        "Add a rule",
        select("", [["", "Choose a rule"], ...options(...left)], (id) => {
          if (id !== "") edit.change(put(edit.document, [...path, "by_rule", id], 1), `${id} added.`);
        }),
      )}
    </fieldset>
    ${switchField("Weigh by the flag's confidence", at(edit.document, [...path, "use_confidence"]) === true, (on) =>
      edit.change(put(edit.document, [...path, "use_confidence"], on)),
    )}`;
}

export function ladderFields(edit: Editing): TemplateResult {
  const path: Path = ["report", "recommend"];
  const steps = listOf(at(edit.document, path));
  return html`<ol class="policy-ladder">
      ${steps.map(
        (_one, step) => html`<li class="policy-part">
          ${requirements(edit, [...path, step, "if"])}
          ${choiceField(edit, "then", [...path, step, "then"], RECOMMENDATIONS)}
          <div class="policy-row">
            ${button("Up", `Move step ${step + 1} up`, () => edit.change(moved(edit.document, path, step, step - 1)), step === 0)}
            ${button("Down", `Move step ${step + 1} down`, () => edit.change(moved(edit.document, path, step, step + 1)), step === steps.length - 1)}
            ${button("Remove", `Remove step ${step + 1}`, () => edit.change(removed(edit.document, path, step), "Step removed."))}
          </div>
        </li>`,
      )}
    </ol>
    ${button("Add a step", "Add a step to the ladder", () =>
      edit.change(added(edit.document, path, { if: [["integrity_score", ">=", 50]], then: "REVIEW_REQUIRED" }), "Step added."),
    )}`;
}

function requirements(edit: Editing, path: Path): TemplateResult {
  const list = listOf(at(edit.document, path));
  const byRule = ruleIds(edit.document).map((id): Option => [`flags.${id}`, `flags of ${id}`]);
  const fields = [...FIELDS, ...byRule];
  const set = (place: number, part: number, value: Json): void =>
    edit.change(put(edit.document, [...path, place, part], value));
  return html`${list.length === 0 ? html`<p class="quiet">In every other case</p>` : ""}
    ${list.map((need, place) => {
      const [field, op, value] = listOf(need);
      return html`<div class="policy-row">
        ${labelled("If", select(textOf(field), fields, (next) => set(place, 0, next)))}
        ${labelled("Compared", select(textOf(op), operatorOptions(edit.operators), (next) => set(place, 1, next)))}
        ${labelled(
          "Value",
          html`<input class="form-control form-control-sm" .value=${valueText(value)}
            @change=${(event: Event) => set(place, 2, valueOf((event.target as HTMLInputElement).value, textOf(op)))} />`,
        )}
        ${button("Remove", `Remove requirement ${place + 1}`, () => edit.change(removed(edit.document, path, place)))}
      </div>`;
    })}
    ${button("Add a requirement", "Add a requirement", () =>
      edit.change(added(edit.document, path, ["critical_flags", "==", 0]), "Requirement added."),
    )}`;
}
