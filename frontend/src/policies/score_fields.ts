/** Ledgers, what a flag takes from the integrity score, and the ladder of recommendations. */

import { html } from "lit";
import type { TemplateResult } from "lit";

import type { Json, JsonObject, Path } from "./document";
import { added, at, isObject, listOf, moved, objectOf, put, removed, ruleIds, textOf, valueOf, valueText } from "./document";
import { button, choiceField, labelled, numberField, operatorOptions, options, secondsField, select, switchField } from "./fields";
import type { Editing, Option } from "./fields";
import { gettext } from "../words/gettext";

const SEVERITIES = ["critical", "warning", "info"] as const;
const FIELDS: readonly Option[] = [
  ["integrity_score", gettext("integrity score")],
  ["critical_flags", gettext("critical flags")],
  ["warning_flags", "warnings"],
  ["info_flags", gettext("info flags")],
  ["total_events", gettext("all flags")],
  ["score", gettext("risk score")],
];
const RECOMMENDATIONS: readonly Option[] = [
  ["PASS", "pass"],
  ["PASS_WITH_REVIEW", gettext("pass, with a look at the flags")],
  ["REVIEW_REQUIRED", gettext("a person has to review it")],
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
        ${switchField(gettext("Part of the risk score"), counts(name), (on) => count(name, on))}
        ${ledger(edit, ["ledgers", name])}
        ${button(gettext("Remove"), gettext("Remove the ledger %(name)s", { name }), () => edit.change(withoutLedger(edit.document, name), gettext("%(name)s removed.", { name })))}
      </fieldset>`,
    )}
    <div class="policy-row">
      ${labelled(gettext("Name of a new ledger"), html`<input class="form-control form-control-sm" data-new-ledger />`)}
      ${button(gettext("Add a ledger"), gettext("Add a ledger"), () => addLedger(edit))}
    </div>`;
}

function ledger(edit: Editing, path: Path): TemplateResult {
  const known = objectOf(at(edit.document, path));
  const part = (key: string, fresh: JsonObject) => (on: boolean): void =>
    edit.change(put(edit.document, [...path, key], on ? fresh : undefined));
  const decay: Path = [...path, "decay"];
  const window: Path = [...path, "window"];
  return html`<div class="field-row">
      ${numberField(edit, gettext("Starts at"), [...path, "start"])} ${numberField(edit, gettext("Never below"), [...path, "floor"])}
      ${numberField(edit, gettext("Never above"), [...path, "cap"])}
    </div>
    ${switchField(gettext("Points fade with time"), isObject(known["decay"]), part("decay", { points: 1, every_ms: 2000 }))}
    ${isObject(known["decay"])
      ? html`<div class="field-row">
          ${numberField(edit, gettext("Points"), [...decay, "points"])} ${secondsField(edit, gettext("Every, seconds"), [...decay, "every_ms"])}
          ${choiceField(edit, gettext("How"), [...decay, "mode"], [["", gettext("in steps (usual)")], ["stepped", gettext("in steps")], ["linear", "evenly"], ["resync", gettext("a step at a record")]])}
          ${choiceField(edit, gettext("When"), [...decay, "when"], [["", gettext("always (usual)")], ["always", "always"], ["no_violation", gettext("while all is well")]])}
        </div>`
      : ""}
    ${switchField(gettext("Counted in intervals"), isObject(known["window"]), part("window", { ms: 30_000 }))}
    ${isObject(known["window"])
      ? html`<div class="field-row">
          ${secondsField(edit, gettext("Length, seconds"), [...window, "ms"])}
          ${choiceField(edit, gettext("Ends"), [...window, "align"], [["", gettext("on the clock (usual)")], ["exact", gettext("on the clock")], ["sample", gettext("at a record")]])}
          ${numberField(edit, gettext("Marked from, points"), [...window, "flag_at"])}
          ${switchField(gettext("Begins anew when marked"), at(edit.document, [...window, "reset_on_flag"]) === true, (on) =>
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
      ${SEVERITIES.map((one) => numberField(edit, gettext("Each %(one)s flag takes", { one }), [...path, "by_severity", one]))}
    </div>
    <fieldset class="policy-part"><legend class="form-label">${gettext("Rules that take something else")}</legend>
      ${Object.keys(byRule).map(
        (id) => html`<div class="policy-row">${numberField(edit, id, [...path, "by_rule", id])}
          ${button(gettext("Remove"), gettext("Remove what %(id)s takes", { id }), () =>
            edit.change(put(edit.document, [...path, "by_rule", id], undefined), `${id} removed.`),
          )}</div>`,
      )}
      ${labelled(
        gettext("Add a rule"),
        select("", [["", gettext("Choose a rule")], ...options(...left)], (id) => {
          if (id !== "") edit.change(put(edit.document, [...path, "by_rule", id], 1), `${id} added.`);
        }),
      )}
    </fieldset>
    ${switchField(gettext("Weigh by the flag's confidence"), at(edit.document, [...path, "use_confidence"]) === true, (on) =>
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
            ${button(gettext("Up"), gettext("Move step %(number)s up", { number: step + 1 }), () => edit.change(moved(edit.document, path, step, step - 1)), step === 0)}
            ${button(gettext("Down"), gettext("Move step %(number)s down", { number: step + 1 }), () => edit.change(moved(edit.document, path, step, step + 1)), step === steps.length - 1)}
            ${button(gettext("Remove"), gettext("Remove step %(number)s", { number: step + 1 }), () => edit.change(removed(edit.document, path, step), gettext("Step removed.")))}
          </div>
        </li>`,
      )}
    </ol>
    ${button(gettext("Add a step"), gettext("Add a step to the ladder"), () =>
      edit.change(added(edit.document, path, { if: [["integrity_score", ">=", 50]], then: "REVIEW_REQUIRED" }), gettext("Step added.")),
    )}`;
}

function requirements(edit: Editing, path: Path): TemplateResult {
  const list = listOf(at(edit.document, path));
  const byRule = ruleIds(edit.document).map((id): Option => [`flags.${id}`, gettext("flags of %(id)s", { id })]);
  const fields = [...FIELDS, ...byRule];
  const set = (place: number, part: number, value: Json): void =>
    edit.change(put(edit.document, [...path, place, part], value));
  return html`${list.length === 0 ? html`<p class="quiet">${gettext("In every other case")}</p>` : ""}
    ${list.map((need, place) => {
      const [field, op, value] = listOf(need);
      return html`<div class="policy-row">
        ${labelled(gettext("If"), select(textOf(field), fields, (next) => set(place, 0, next)))}
        ${labelled(gettext("Compared"), select(textOf(op), operatorOptions(edit.operators), (next) => set(place, 1, next)))}
        ${labelled(
          gettext("Value"),
          html`<input class="form-control form-control-sm" .value=${valueText(value)}
            @change=${(event: Event) => set(place, 2, valueOf((event.target as HTMLInputElement).value, textOf(op)))} />`,
        )}
        ${button(gettext("Remove"), gettext("Remove requirement %(number)s", { number: place + 1 }), () => edit.change(removed(edit.document, path, place)))}
      </div>`;
    })}
    ${button(gettext("Add a requirement"), gettext("Add a requirement"), () =>
      edit.change(added(edit.document, path, ["critical_flags", "==", 0]), gettext("Requirement added.")),
    )}`;
}
