/** The fields of one rule. */

import { html } from "lit";
import type { TemplateResult } from "lit";

import { conditionFields } from "./condition_fields";
import { gettext } from "../words/gettext";
import type { JsonObject, Path, RuleKind } from "./document";
import { added, asKind, at, kindOf, listOf, objectOf, put, removed, textOf, untilOf, untilText, withRuleId } from "./document";
import { button, choiceField, labelled, longField, numberField, options, secondsField, select, textField } from "./fields";
import type { Editing, Option } from "./fields";

const KINDS: readonly Option[] = [
  ["sustained", gettext("something that lasts")],
  ["sample", gettext("each single record")],
  ["event", gettext("an event")],
];
const SEVERITIES = options("info", "warning", "critical");

export function ruleFields(edit: Editing, place: number): TemplateResult {
  const path: Path = ["rules", place];
  const rule = objectOf(at(edit.document, path));
  const kind = kindOf(rule);
  const become = (next: string): void => edit.change(put(edit.document, path, asKind(rule, next as RuleKind)));
  const rename = (event: Event): void => {
    const id = (event.target as HTMLInputElement).value.trim();
    edit.change(withRuleId(edit.document, place, id));
  };
  return html`
    <div class="field-row">
      ${labelled(
        gettext("Id"),
        html`<input class="form-control form-control-sm" .value=${textOf(rule["id"])} @change=${rename} />`,
      )}
      ${textField(edit, gettext("Name"), [...path, "label"])}
      ${choiceField(edit, gettext("Severity"), [...path, "severity"], SEVERITIES)}
      ${labelled(gettext("It looks at"), select(kind, KINDS, become))}
    </div>
    ${longField(edit, gettext("Why, in one sentence"), [...path, "explain"])}
    ${kind === "event"
      ? html`<div class="field-row">${textField(edit, gettext("Event"), [...path, "on"], "policy-events")} ${until(edit, path)}</div>`
      : conditionFields(edit, [...path, "when"])}
    <div class="field-row">${times(edit, path, kind)}</div>
    ${effects(edit, [...path, "effects"])}
  `;
}

function times(edit: Editing, path: Path, kind: RuleKind): TemplateResult {
  const cooldown = secondsField(edit, gettext("Quiet after a flag, seconds"), [...path, "cooldown_ms"]);
  if (kind === "event") {
    const lasts = at(edit.document, [...path, "until"]) !== undefined;
    return html`${lasts ? secondsField(edit, gettext("Not ended within, seconds"), [...path, "for_ms"]) : ""} ${cooldown}`;
  }
  if (kind === "sample") {
    return html`${secondsField(edit, gettext("At most every, seconds"), [...path, "every_ms"])} ${cooldown}`;
  }
  const evidence: Option[] = Object.keys(objectOf(edit.document["detect"])).map((name) => [name, name]);
  return html`
    ${secondsField(edit, gettext("Lasts at least, seconds"), [...path, "for_ms"])}
    ${choiceField(edit, gettext("Exactly that long"), [...path, "cmp"], [[">=", gettext("is enough")], [">", gettext("is not enough")], ["", gettext("is enough (usual)")]])}
    ${secondsField(edit, gettext("Over after, seconds"), [...path, "release_ms"])}
    ${cooldown}
    ${choiceField(edit, gettext("While it goes on"), [...path, "repeat"], [["", gettext("flag again and again (usual)")], ["restart", gettext("flag again and again")], ["once", gettext("flag once")]])}
    ${numberField(edit, gettext("Fewest records"), [...path, "min_records"])}
    ${choiceField(edit, gettext("Unknown"), [...path, "unknown"], [["", gettext("counts as not so (usual)")], ["false", gettext("counts as not so")], ["hold", "waits"]])}
    ${choiceField(edit, gettext("Waits for evidence"), [...path, "needs"], [["", "none"], ...evidence])}
    ${textField(edit, gettext("Clearest moment by"), [...path, "worst"], "policy-signals")}
  `;
}

/** What ends the event; without patience for an end there is none either. */
function until(edit: Editing, path: Path): TemplateResult {
  const set = (event: Event): void => {
    const ends = untilOf((event.target as HTMLInputElement).value);
    const changed = put(edit.document, [...path, "until"], ends);
    edit.change(ends === undefined ? put(changed, [...path, "for_ms"], undefined) : changed);
  };
  return labelled(
    gettext("Events that end it, separated by commas; leave it empty if it is over at once"),
    html`<input
      class="form-control form-control-sm"
      .value=${untilText(at(edit.document, [...path, "until"]))}
      @change=${set}
    />`,
  );
}

function effects(edit: Editing, path: Path): TemplateResult {
  const list = listOf(at(edit.document, path));
  const ledgers = Object.keys(objectOf(edit.document["ledgers"]));
  const fresh: JsonObject = { ledger: ledgers[0] ?? "", add: 1 };
  return html`<fieldset class="policy-part"><legend class="form-label">${gettext("Points")}</legend>
    ${list.map(
      (_one, place) => html`<div class="policy-row">
        ${choiceField(edit, gettext("Ledger"), [...path, place, "ledger"], options(...ledgers))}
        ${numberField(edit, gettext("Points added"), [...path, place, "add"])}
        ${button(gettext("Remove"), gettext("Remove points %(number)s", { number: place + 1 }), () =>
          edit.change(removed(edit.document, path, place), gettext("Points removed.")),
        )}
      </div>`,
    )}
    ${list.length === 0 ? html`<p class="quiet">${gettext("It costs nothing.")}</p>` : ""}
    ${button(gettext("Add points"), gettext("Add points"), () => edit.change(added(edit.document, path, fresh), gettext("Points added.")), ledgers.length === 0)}
  </fieldset>`;
}
