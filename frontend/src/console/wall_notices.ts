/** What the wall says instead of tiles, or above them. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";

import type { Connection } from "../socket/ticket_socket";
import { gettext } from "../words/gettext";

export function nobody(): TemplateResult {
  return html`<div class="empty-state">
    <h2>${gettext("No candidates yet")}</h2>
    <p>${gettext("Add candidates on the exam’s page; each appears here within a minute.")}</p>
  </div>`;
}

export function nothingFits(words: string, onShowAll: () => void): TemplateResult {
  return html`<div class="empty-state">
    <h2>${gettext("Nobody fits")}</h2>
    <p>${words.trim() === "" ? gettext("No session is in this group now.") : gettext("No name or number fits these words here.")}</p>
    <button type="button" class="btn btn-outline-secondary" @click=${onShowAll}>${gettext("Show everybody")}</button>
  </div>`;
}

export interface LineState {
  readonly connection: Connection;
  readonly failure: string | null;
  /** Said once a loss, and not again with each try. */
  readonly isLost: boolean;
}

export function banner({ connection, failure, isLost }: LineState, onRetry: () => void): TemplateResult | typeof nothing {
  const words = connectionWords(connection, isLost) ?? failure;
  if (words === null) return nothing;
  return html`<div class="alert ${connection.status === "stopped" ? "alert-danger" : "alert-warning"} wall-banner" role="alert">
    <span>${words}</span>
    <button type="button" class="btn btn-sm btn-outline-secondary" @click=${onRetry}>${gettext("Try now")}</button>
  </div>`;
}

function connectionWords(connection: Connection, isLost: boolean): string | null {
  if (connection.status === "stopped") return connection.words;
  return isLost ? gettext("The connection is lost. What you see may be old; we keep trying.") : null;
}
