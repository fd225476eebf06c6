/** One candidate's tile: picture, presence, scores and the newest flag; the whole tile opens the candidate's panel. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";

import { gettext, ngettext } from "../words/gettext";
import { asksForHelp, flagTotal, isUnderWay, openCount } from "./wall_rows";
import type { Severity, WallRow } from "./wall_rows";
import { clock, leftWords, percentWords, pointWords, presenceOf, severityCountWords, sinceWords, stateWords } from "./wall_words";

export const SEVERITIES: readonly Severity[] = ["critical", "warning", "info"];

export interface TileView {
  readonly row: WallRow;
  /** Its place among all that are shown, from 1, and how many those are: most of them are not in the page. */
  readonly place: number;
  readonly count: number;
  readonly isActive: boolean;
  readonly isOpen: boolean;
  readonly picture: string | null;
  readonly sinceSnapshotMs: number;
  /** Others who look at this candidate. */
  readonly lookedAtBy: readonly string[];
  readonly onPictureError: () => void;
  readonly onOpen: () => void;
}

export function tile(view: TileView): TemplateResult {
  const { row } = view;
  const facts = `tile-facts-${row.id}`;
  return html`<li
    class="tile wall-tile ${frame(row)} ${view.isOpen ? "wall-tile-open" : ""}"
    aria-setsize=${view.count}
    aria-posinset=${view.place}
    data-session=${row.id}
  >
    <div class="tile-media">${picture(view)} ${screen(row)} ${calls(row)}</div>
    <div class="tile-body">
      <div class="wall-tile-head">
        <a
          class="tile-title stretched-link"
          href=${row.url}
          tabindex=${view.isActive ? 0 : -1}
          aria-describedby=${facts}
          @click=${(event: MouseEvent) => opened(event, view.onOpen)}
          >${row.candidate}</a
        >
        <span class="badge state-${row.state}">${stateWords(row.state)}</span>
      </div>
      <div id=${facts} class="wall-tile-facts">
        <p class="wall-tile-presence">${presence(row)} <span class="quiet">${leftWords(row, view.sinceSnapshotMs)}</span></p>
        ${row.started_at === null ? nothing : scores(row)} ${flags(row)} ${lookedAt(view.lookedAtBy)}
      </div>
    </div>
  </li>`;
}

/** A plain click opens the panel; with a key held it is the browser's own: a new tab. */
function opened(event: MouseEvent, onOpen: () => void): void {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  onOpen();
}

function frame(row: WallRow): string {
  if (asksForHelp(row)) return "tile-help";
  if (!isUnderWay(row)) return "";
  if (openCount(row, "critical") > 0) return "tile-critical";
  return openCount(row, "warning") > 0 ? "tile-warning" : "";
}

function picture({ row, picture: address, onPictureError }: TileView): TemplateResult {
  if (address === null) {
    const words = row.started_at === null ? gettext("Not started") : gettext("No picture");
    return html`<p class="wall-no-picture">${words}</p>`;
  }
  return html`<img src=${address} alt="" width="320" height="240" decoding="async" @error=${onPictureError} />`;
}

/** Small in the corner of the camera's picture; large in the panel. */
function screen(row: WallRow): TemplateResult | typeof nothing {
  if (row.screen === null || !isUnderWay(row)) return nothing;
  return html`<img class="wall-screen" src=${row.screen} alt="" width="128" height="72" decoding="async" />`;
}

function calls(row: WallRow): TemplateResult | typeof nothing {
  const { help_since, unread } = row.waiting;
  if (asksForHelp(row) && help_since !== null) {
    return html`<p class="wall-call">${gettext("Asks for a person since %(time)s", { time: sinceWords(help_since, Date.now()) })}</p>`;
  }
  if (unread === 0) return nothing;
  return html`<p class="wall-call wall-call-quiet">${ngettext("%(count)s new message", "%(count)s new messages", unread)}</p>`;
}

function presence(row: WallRow): TemplateResult {
  const { words, light } = presenceOf(row);
  return html`<span class="light ${light}">${words}</span>`;
}

function scores(row: WallRow): TemplateResult {
  return html`<dl class="wall-scores">
    <div><dt>${gettext("Risk")}</dt><dd>${pointWords(row.score)}</dd></div>
    <div><dt>${gettext("Integrity")}</dt><dd>${pointWords(row.integrity_score)}</dd></div>
    <div><dt>${gettext("Coverage")}</dt><dd>${percentWords(row.coverage)}</dd></div>
  </dl>`;
}

function flags(row: WallRow): TemplateResult {
  const newest = row.newest_flag;
  if (newest === null) return html`<p class="quiet wall-newest">${gettext("No flags")}</p>`;
  const isOpen = isUnderWay(row) && row.open_flags.some((flag) => flag.id === newest.id);
  const counts = SEVERITIES.filter((severity) => row.flag_counts[severity] > 0).map((severity) =>
    severityCountWords(severity, row.flag_counts[severity]),
  );
  return html`<div class="wall-newest">
      ${newest.evidence_url === null ? nothing : html`<img src=${newest.evidence_url} alt="" width="64" height="48" decoding="async" />`}
      <p>
      <span class="badge severity-${newest.severity}">${isOpen ? gettext("Now") : gettext("Last")}</span>
      ${newest.label}, ${clock(newest.since_ms)}
      </p>
    </div>
    <p class="wall-counts quiet">${ngettext("%(count)s flag", "%(count)s flags", flagTotal(row))}: ${counts.join(", ")}</p>`;
}

function lookedAt(names: readonly string[]): TemplateResult | typeof nothing {
  if (names.length === 0) return nothing;
  return html`<p class="wall-looked-at quiet">${gettext("Looked at by %(names)s", { names: names.join(", ") })}</p>`;
}
