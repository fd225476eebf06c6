/** The labelled controls that every part of the editor is made of. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";

import type { Json, JsonObject, Path } from "./document";
import { at, put, textOf } from "./document";
import { gettext } from "../words/gettext";

/** What the parts of the editor may do; `words` are read out to people who cannot see the change. */
export interface Editing {
  readonly document: JsonObject;
  readonly signals: readonly string[];
  readonly operators: readonly string[];
  readonly streams: readonly string[];
  change(document: JsonObject, words?: string): void;
}

export type Option = readonly [value: string, label: string];

export function options(...values: readonly string[]): Option[] {
  return values.map((value) => [value, value] as const);
}

const OPERATOR_WORDS: Readonly<Record<string, string>> = {
  "==": "is",
  "!=": gettext("is not"),
  ">": gettext("is more than"),
  ">=": gettext("is at least"),
  "<": gettext("is less than"),
  "<=": gettext("is at most"),
  in: gettext("is one of"),
  "abs>": gettext("is more than, to either side"),
  "abs>=": gettext("is at least, to either side"),
};

export function operatorOptions(operators: readonly string[]): Option[] {
  return operators.map((one) => [one, OPERATOR_WORDS[one] ?? one] as const);
}

const inputOf = (event: Event): HTMLInputElement => event.target as HTMLInputElement;

export function textField(edit: Editing, label: string, path: Path, list?: string): TemplateResult {
  const set = (event: Event): void => {
    edit.change(put(edit.document, path, inputOf(event).value.trim() || undefined));
  };
  return labelled(
    label,
    html`<input class="form-control form-control-sm" .value=${textOf(at(edit.document, path))} @change=${set}
      list=${list ?? nothing} />`,
  );
}

export function longField(edit: Editing, label: string, path: Path): TemplateResult {
  const set = (event: Event): void => {
    edit.change(put(edit.document, path, inputOf(event).value.trim() || undefined));
  };
  return labelled(
    label,
    html`<textarea class="form-control form-control-sm" rows="2" .value=${textOf(at(edit.document, path))}
      @change=${set}></textarea>`,
  );
}

/** A number; `scale` is how many of the document's units one shown unit has. Empty takes the key out. */
export function numberField(edit: Editing, label: string, path: Path, scale = 1): TemplateResult {
  const known = at(edit.document, path);
  const shown = typeof known === "number" ? String(known / scale) : "";
  const set = (event: Event): void => {
    const text = inputOf(event).value;
    const value = text === "" || !Number.isFinite(Number(text)) ? undefined : rounded(Number(text) * scale);
    edit.change(put(edit.document, path, value));
  };
  return labelled(
    label,
    html`<input class="form-control form-control-sm" type="number" step="any" .value=${shown} @change=${set} />`,
  );
}

export const secondsField = (edit: Editing, label: string, path: Path): TemplateResult =>
  numberField(edit, label, path, 1000);

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** A choice; the option "" takes the key out. */
export function choiceField(
  edit: Editing,
  label: string,
  path: Path,
  choices: readonly Option[],
): TemplateResult {
  const known = textOf(at(edit.document, path));
  const set = (value: string): void => edit.change(put(edit.document, path, value || undefined));
  return labelled(label, select(known, choices, set));
}

export function select(
  known: string,
  choices: readonly Option[],
  set: (value: string) => void,
  name?: string,
): TemplateResult {
  const all = choices.some(([value]) => value === known) ? choices : [...choices, [known, known] as const];
  return html`<select class="form-select form-select-sm" aria-label=${name ?? nothing}
    @change=${(event: Event) => set((event.target as HTMLSelectElement).value)}>
    ${all.map(([value, words]) => html`<option value=${value} ?selected=${value === known}>${words}</option>`)}
  </select>`;
}

export function switchField(label: string, on: boolean, set: (on: boolean) => void): TemplateResult {
  return html`<label class="form-check policy-switch"><input class="form-check-input" type="checkbox"
    .checked=${on} @change=${(event: Event) => set(inputOf(event).checked)} />
    <span class="form-check-label">${label}</span></label>`;
}

export function labelled(label: string, control: TemplateResult): TemplateResult {
  return html`<label class="field policy-field"><span class="form-label">${label}</span>${control}</label>`;
}

export function button(words: string, name: string, act: () => void, disabled = false): TemplateResult {
  return html`<button type="button" class="btn btn-sm btn-outline-secondary" aria-label=${name}
    ?disabled=${disabled} data-act=${name} @click=${act}>${words}</button>`;
}

export function jsonText(document: Json): string {
  return JSON.stringify(document, null, 2);
}
