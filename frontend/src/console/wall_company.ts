/** Beside the tiles: who asks for a person, who else watches, and what was done last. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";

import { gettext, ngettext } from "../words/gettext";
import { actWords, agoWords, othersThere } from "./company";
import type { Act, Watcher } from "./company";
import { asksForHelp } from "./wall_rows";
import type { WallRow } from "./wall_rows";
import { sinceWords } from "./wall_words";

/** On top whatever the order is: a call must not wait for somebody to scroll. */
export function callStrip(rows: readonly WallRow[], onOpen: (id: string) => void): TemplateResult | typeof nothing {
  const calling = rows
    .filter(asksForHelp)
    .sort((one, other) => (one.waiting.help_since ?? "").localeCompare(other.waiting.help_since ?? ""));
  if (calling.length === 0) return nothing;
  return html`<section class="alert alert-warning wall-calls" aria-labelledby="wall-calls-title">
    <h2 id="wall-calls-title" class="h3">
      ${ngettext("%(count)s candidate asks for a person", "%(count)s candidates ask for a person", calling.length)}
    </h2>
    <ul>
      ${calling.map(
        (row) => html`<li>
          <button type="button" class="btn btn-sm btn-primary" @click=${() => onOpen(row.id)}>
            ${gettext("Answer %(candidate)s", { candidate: row.candidate })}
          </button>
          <span>${gettext("since %(time)s", { time: sinceWords(row.waiting.help_since ?? "", Date.now()) })}</span>
        </li>`,
      )}
    </ul>
  </section>`;
}

export function companyLine(watchers: readonly Watcher[], acts: readonly Act[], me: string): TemplateResult {
  const others = othersThere(watchers, me);
  const words =
    others.length === 0
      ? gettext("Nobody else watches now.")
      : gettext("Also watching: %(names)s", { names: others.join(", ") });
  const now = Date.now();
  return html`<div class="wall-company">
    <p class="quiet wall-watchers">${words}</p>
    ${acts.length === 0
      ? nothing
      : html`<details class="wall-acts">
          <summary>${actWords(acts[0] as Act)} <span class="quiet">${agoWords(acts[0] as Act, now)}</span></summary>
          <ol aria-label=${gettext("What was done in the last hour")}>
            ${acts.slice(1).map((act) => html`<li>${actWords(act)} <span class="quiet">${agoWords(act, now)}</span></li>`)}
          </ol>
        </details>`}
  </div>`;
}
