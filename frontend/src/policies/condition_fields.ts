/** A condition of a rule: a signal compared with a value, or several conditions together. */

import { html } from "lit";
import type { TemplateResult } from "lit";

import type { Json, JsonObject, Path } from "./document";
import { added, at, listOf, objectOf, put, removed, textOf, valueOf, valueText } from "./document";
import { button, labelled, operatorOptions, select, textField } from "./fields";
import type { Editing, Option } from "./fields";
import { gettext } from "../words/gettext";

type Form = "signal" | "all" | "any" | "not";

const FORMS: readonly Option[] = [
  ["signal", gettext("a signal")],
  ["all", gettext("all of these")],
  ["any", gettext("any of these")],
  ["not", gettext("not this")],
];
const COMPARED: JsonObject = { signal: "face_count", op: "==", value: 0 };

export function conditionFields(edit: Editing, path: Path, remove?: () => void): TemplateResult {
  const condition = objectOf(at(edit.document, path));
  const form = formOf(condition);
  const become = (next: string): void => edit.change(put(edit.document, path, turned(condition, next as Form)));
  return html`<div class="policy-condition" role="group" aria-label=${gettext("Condition")}>
    <div class="policy-row">
      ${labelled(gettext("When"), select(form, FORMS, become))}
      ${remove === undefined ? "" : button(gettext("Remove"), gettext("Remove this condition"), remove)}
    </div>
    ${form === "signal" ? compared(edit, path) : form === "not" ? conditionFields(edit, [...path, "not"]) : parts(edit, [...path, form])}
  </div>`;
}

export function formOf(condition: JsonObject): Form {
  return (["all", "any", "not"] as const).find((form) => form in condition) ?? "signal";
}

/** The condition as another form; what was there is kept where it fits. */
export function turned(condition: JsonObject, form: Form): JsonObject {
  const before = formOf(condition);
  if (form === before) return condition;
  const inner: readonly Json[] =
    before === "all" || before === "any"
      ? listOf(condition[before])
      : [before === "not" ? (condition["not"] ?? COMPARED) : condition];
  if (form === "all" || form === "any") return { [form]: inner };
  const first = objectOf(inner[0] ?? COMPARED);
  if (form === "not") return { not: first };
  return formOf(first) === "signal" ? first : COMPARED;
}

function compared(edit: Editing, path: Path): TemplateResult {
  const condition = objectOf(at(edit.document, path));
  const op = textOf(condition["op"]);
  const set = (event: Event): void => {
    const text = (event.target as HTMLInputElement).value;
    edit.change(put(edit.document, [...path, "value"], valueOf(text, op)));
  };
  const operate = (next: string): void => {
    const value = valueOf(valueText(condition["value"]), next);
    edit.change(put(edit.document, path, { ...condition, op: next, value }));
  };
  return html`<div class="field-row">
    ${textField(edit, gettext("Signal"), [...path, "signal"], "policy-signals")}
    ${labelled(gettext("Compared"), select(op, operatorOptions(edit.operators), operate))}
    ${labelled(
      op === "in" ? gettext("Values, with commas") : gettext("Value"),
      html`<input class="form-control form-control-sm" .value=${valueText(condition["value"])} @change=${set} />`,
    )}
  </div>`;
}

function parts(edit: Editing, path: Path): TemplateResult {
  const list = listOf(at(edit.document, path));
  return html`${list.map((_one, place) =>
      conditionFields(
        edit,
        [...path, place],
        list.length > 1
          ? () => edit.change(removed(edit.document, path, place), gettext("Condition removed."))
          : undefined,
      ),
    )}
    ${button(gettext("Add a condition"), gettext("Add a condition here"), () =>
      edit.change(added(edit.document, path, COMPARED), gettext("Condition added.")),
    )}`;
}
