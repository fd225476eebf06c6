/** The editor of a whole policy. What it holds is what the text area beside it holds, and the other way round. */

import { html, LitElement } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { TemplateResult } from "lit";

import type { JsonObject } from "./document";
import { isObject, listOf, moved, objectOf, ruleIds, textOf, withNewRule, withoutRule } from "./document";
import type { Json } from "./document";
import { button, jsonText } from "./fields";
import type { Editing } from "./fields";
import { ruleFields } from "./rule_fields";
import { deductFields, ladderFields, ledgerFields } from "./score_fields";
import { gettext } from "../words/gettext";

export interface EditorConfig {
  readonly signals: readonly string[];
  readonly operators: readonly string[];
  readonly streams: readonly string[];
}

const EVENTS = [
  ...["tab_hidden", "window_blur", "full_screen_left", "copy", "cut", "paste", "context_menu", "offline"],
  ...["camera_lost", "face_check_failed", "screen_lost", "screen_part", "screen_missing"],
];

export class PolicyEditor extends LitElement {
  config!: EditorConfig;
  source!: HTMLTextAreaElement;

  private policy: JsonObject | null = null;
  private announcement = "";
  private readonly open = new Set<string>();

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.source.addEventListener("input", this.readSource);
    this.readSource();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.source.removeEventListener("input", this.readSource);
  }

  private readonly readSource = (): void => {
    this.policy = parsed(this.source.value);
    this.requestUpdate();
  };

  private change(policy: JsonObject, words = ""): void {
    this.keepOpen(this.policy ?? {}, policy);
    this.policy = policy;
    this.announcement = words;
    this.source.value = jsonText(policy);
    this.requestUpdate();
  }

  /** A rule whose id was changed stays open. */
  private keepOpen(before: JsonObject, after: JsonObject): void {
    const [old, fresh] = [ruleIds(before), ruleIds(after)];
    const changed = old.flatMap((id, place) => (id === fresh[place] ? [] : [place]));
    const [place] = changed;
    if (old.length !== fresh.length || changed.length !== 1 || place === undefined) return;
    if (this.open.has(old[place] ?? "")) this.open.add(fresh[place] ?? "");
  }

  protected override render(): TemplateResult {
    if (this.policy === null) {
      return html`<p class="alert alert-info" role="status">${gettext("The JSON below cannot be read, so its fields are not shown. Mend it there.")}</p>`;
    }
    const current = (): JsonObject => this.policy ?? {};
    const edit: Editing = {
      ...this.config,
      // Two changes may come before the next rendering: the second must know the first.
      get document(): JsonObject {
        return current();
      },
      change: (policy, words) => this.change(policy, words),
    };
    return html`
      ${choices("policy-signals", this.config.signals)}
      ${choices("policy-events", [...EVENTS, ...this.config.streams.map((stream) => `gap.${stream}`)])}
      <p class="visually-hidden" role="status">${this.announcement}</p>
      ${this.rules(edit)}
      ${section(gettext("Ledgers"), gettext("Points that rules add are kept here; together they are the risk score."), ledgerFields(edit))}
      ${section(gettext("Integrity score"), gettext("It begins at 100, and every flag takes away what is written here."), deductFields(edit))}
      ${section(gettext("Recommendation"), gettext("The first step that fits is shown. A person decides."), ladderFields(edit))}
    `;
  }

  private rules(edit: Editing): TemplateResult {
    const ids = ruleIds(edit.document);
    const rules = listOf(edit.document["rules"]).map(objectOf);
    return html`<section class="form-section" aria-labelledby="policy-rules">
      <h2 class="h3" id="policy-rules">${gettext("Rules, in their order")}</h2>
      ${repeat(
        rules,
        (_rule, place) => `${ids[place]} ${ids.indexOf(ids[place] ?? "") === place ? "" : place}`,
        (rule, place) => this.rule(edit, rule, place, ids),
      )}
      ${button(gettext("Add a rule"), gettext("Add a rule"), () => {
        const next = withNewRule(edit.document);
        this.open.add(ruleIds(next).at(-1) ?? "");
        this.change(next, gettext("Rule added at the end."));
      })}
    </section>`;
  }

  private rule(edit: Editing, rule: JsonObject, place: number, ids: readonly string[]): TemplateResult {
    const id = ids[place] ?? "";
    const label = textOf(rule["label"]) || id;
    const severity = textOf(rule["severity"]) || "warning";
    const toggle = (event: Event): void => {
      if ((event.target as HTMLDetailsElement).open) this.open.add(id);
      else this.open.delete(id);
      this.requestUpdate();
    };
    return html`<details class="card policy-rule" ?open=${this.open.has(id)} @toggle=${toggle}>
      <summary>${place + 1}. ${label} <span class="badge severity-${severity}">${severity}</span> <code>${id}</code></summary>
      <div class="card-body">
        <div class="policy-row">
          ${button(gettext("Up"), gettext("Move %(label)s up", { label }), () => this.move(edit, place, place - 1, label), place === 0)}
          ${button(gettext("Down"), gettext("Move %(label)s down", { label }), () => this.move(edit, place, place + 1, label), place === ids.length - 1)}
          ${button(gettext("Remove"), gettext("Remove the rule %(label)s", { label }), () => this.change(withoutRule(edit.document, place), gettext("%(label)s removed.", { label })))}
        </div>
        ${this.open.has(id) ? ruleFields(edit, place) : ""}
      </div>
    </details>`;
  }

  /** The keyboard stays on the button that was pressed, wherever its rule went. */
  private move(edit: Editing, from: number, to: number, label: string): void {
    const held = document.activeElement?.getAttribute("data-act");
    this.change(moved(edit.document, ["rules"], from, to), gettext("%(label)s is now number %(number)s.", { label, number: to + 1 }));
    void this.updateComplete.then(() => {
      const buttons = [...this.querySelectorAll<HTMLButtonElement>("button[data-act]")];
      buttons.find((one) => one.dataset["act"] === held && !one.disabled)?.focus();
    });
  }
}

function parsed(text: string): JsonObject | null {
  try {
    const value = JSON.parse(text) as Json;
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function section(title: string, lead: string, body: TemplateResult): TemplateResult {
  return html`<section class="card form-section"><div class="card-body">
    <h2 class="h3">${title}</h2><p class="quiet">${lead}</p>${body}
  </div></section>`;
}

function choices(id: string, values: readonly string[]): TemplateResult {
  return html`<datalist id=${id}>${values.map((value) => html`<option value=${value}></option>`)}</datalist>`;
}

customElements.define("policy-editor", PolicyEditor);
