/** Beside the wall: one candidate, what is seen and written, and what can be done. */

import { html, LitElement, nothing } from "lit";
import type { TemplateResult } from "lit";

import { getJson } from "../candidate/requests";
import type { ChatMessage } from "../chat/chat_log";
import type { Connection } from "../socket/ticket_socket";
import { gettext } from "../words/gettext";
import "./chat_panel";
import type { ConsoleLink } from "./console_socket";
import "./live_view";
import "./panel_actions";
import { hasEnded, isUnderWay, readHint } from "./wall_rows";
import type { FlagBrief, WallRow } from "./wall_rows";
import { clock, leftWords, percentWords, pointWords, presenceOf, stateWords } from "./wall_words";

interface Panel {
  readonly id: string;
  readonly flags: readonly FlagBrief[];
  readonly watched: readonly { readonly key: string; readonly label: string }[];
  readonly messages: readonly ChatMessage[];
}

export class CandidatePanel extends LitElement {
  static override properties = {
    row: { attribute: false },
    link: { attribute: false },
    mayIntervene: { attribute: false },
    watchers: { attribute: false },
    sinceSnapshotMs: { attribute: false },
  };

  declare row: WallRow;
  declare link: ConsoleLink;
  declare mayIntervene: boolean;
  /** Others who look at this candidate. */
  declare watchers: readonly string[];
  declare sinceSnapshotMs: number;
  private panel: Panel | null = null;
  private failure: string | null = null;
  private unlisten: (() => void) | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    this.unlisten = this.link.listen({
      told: (message) => this.told(message),
      connectionChanged: (connection) => this.connectionChanged(connection),
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.unlisten?.();
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    const before = changed.get("row") as WallRow | undefined;
    if (!changed.has("row") || before?.id === this.row.id) return;
    this.panel = null;
    void this.load();
    void this.updateComplete.then(() => this.querySelector<HTMLElement>(".panel-title")?.focus());
  }

  protected override render(): TemplateResult {
    const { row } = this;
    return html`<aside class="panel" aria-labelledby="panel-title">
      <header class="panel-head">
        <h2 id="panel-title" class="panel-title" tabindex="-1">${row.candidate} <span class="quiet">${row.external_id}</span></h2>
        <button type="button" class="btn btn-sm btn-outline-secondary" data-act="close" @click=${() => this.dispatchEvent(new CustomEvent("panel-close"))}>
          ${gettext("Close")}
        </button>
      </header>
      <div class="panel-body">
        ${this.isSeen() ? this.seen() : nothing} ${this.facts()}
        ${this.failure === null ? nothing : html`<p class="alert alert-warning" role="alert">${this.failure}</p>`}
        ${this.mayIntervene ? html`<panel-actions .row=${row}></panel-actions>` : nothing} ${this.chat()} ${this.flags()} ${this.watched()}
        <p><a href=${row.url}>${gettext("Open the whole page of this sitting")}</a></p>
      </div>
    </aside>`;
  }

  /** Some exams watch the browser alone: then there is nothing to look at. */
  private isSeen(): boolean {
    return this.panel?.watched.some(({ key }) => key === "webcam" || key === "screen") ?? false;
  }

  private seen(): TemplateResult {
    const { row } = this;
    const words = gettext("The last picture of the camera of %(candidate)s", { candidate: row.candidate });
    return html`<div class="panel-picture">
        ${row.thumbnail === null
          ? html`<p class="wall-no-picture">${gettext("No picture")}</p>`
          : html`<img src=${row.thumbnail} alt=${words} width="320" height="240" />`}
      </div>
      ${this.screen()}
      ${this.mayIntervene && row.started_at !== null && !hasEnded(row)
        ? html`<live-view session-id=${row.id} name=${row.candidate} .link=${this.link} ?begins=${row.online}></live-view>`
        : nothing}`;
  }

  private screen(): TemplateResult | typeof nothing {
    const { screen, candidate } = this.row;
    if (screen === null || !isUnderWay(this.row)) return nothing;
    const words = gettext("The last picture of the screen of %(candidate)s", { candidate });
    return html`<div class="panel-picture panel-screen"><img src=${screen} alt=${words} width="640" height="360" /></div>`;
  }

  private facts(): TemplateResult {
    const { row } = this;
    const { words, light } = presenceOf(row);
    return html`<p class="panel-now">
        <span class="badge state-${row.state}">${stateWords(row.state)}</span> <span class="light ${light}">${words}</span>
        <span class="quiet">${leftWords(row, this.sinceSnapshotMs)}</span>
      </p>
      ${this.watchers.length === 0
        ? nothing
        : html`<p class="quiet">${gettext("Looked at by %(names)s", { names: this.watchers.join(", ") })}</p>`}
      <dl class="wall-scores">
        <div><dt>${gettext("Risk")}</dt><dd>${pointWords(row.score)}</dd></div>
        <div><dt>${gettext("Integrity")}</dt><dd>${pointWords(row.integrity_score)}</dd></div>
        <div><dt>${gettext("Coverage")}</dt><dd>${percentWords(row.coverage)}</dd></div>
      </dl>`;
  }

  private chat(): TemplateResult {
    return html`<section aria-labelledby="panel-chat-title">
      <h3 id="panel-chat-title" class="h3">${gettext("Chat")}</h3>
      ${this.panel === null
        ? html`<p class="quiet">${gettext("Loading…")}</p>`
        : html`<chat-panel
            session-id=${this.row.id}
            .messages=${this.panel.messages}
            .link=${this.link}
            .mayWrite=${this.mayIntervene && !hasEnded(this.row)}
          ></chat-panel>`}
    </section>`;
  }

  private flags(): TemplateResult {
    const flags = this.panel?.flags ?? [];
    const open = new Set(isUnderWay(this.row) ? this.row.open_flags.map(({ id }) => id) : []);
    return html`<section aria-labelledby="panel-flags-title">
      <h3 id="panel-flags-title" class="h3">${gettext("Last flags")}</h3>
      ${flags.length === 0
        ? html`<p class="quiet">${gettext("No flags")}</p>`
        : html`<ul class="panel-flags">
            ${flags.map(
              ({ id, label, severity, since_ms, evidence_url }) => html`<li>
                ${evidence_url === null ? nothing : html`<img src=${evidence_url} alt="" width="64" height="48" loading="lazy" />`}
                <span
                  ><span class="badge severity-${severity}">${open.has(id) ? gettext("Now") : clock(since_ms)}</span>
                  <a href=${`/flags/${id}/`}>${label}</a></span
                >
              </li>`,
            )}
          </ul>`}
    </section>`;
  }

  private watched(): TemplateResult | typeof nothing {
    if (this.panel === null) return nothing;
    return html`<details class="panel-watched">
      <summary>${gettext("What is watched")}</summary>
      <ul>
        ${this.panel.watched.map(({ label }) => html`<li>${label}</li>`)}
      </ul>
    </details>`;
  }

  private async load(): Promise<void> {
    const { id } = this.row;
    try {
      const panel = (await getJson(`${this.row.url}panel.json`)) as Panel;
      if (id !== this.row.id) return;
      this.panel = panel;
      this.failure = null;
    } catch (error) {
      this.failure = error instanceof Error ? error.message : String(error);
    }
    this.requestUpdate();
  }

  private told(message: unknown): void {
    const hint = readHint(message);
    if (hint?.session === this.row.id && hint.type.startsWith("flag.")) void this.load();
  }

  /** What was missed meanwhile is fetched. */
  private connectionChanged(connection: Connection): void {
    if (connection.status === "connected") void this.load();
  }
}

customElements.define("candidate-panel", CandidatePanel);
