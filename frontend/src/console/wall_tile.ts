/** One candidate's tile: picture, presence, scores and the newest flag; the whole tile is a link. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";

import { flagTotal, isUnderWay, openCount } from "./wall_rows";
import type { Severity, WallRow } from "./wall_rows";
import { clock, leftWords, percentWords, pointWords, presenceOf, stateWords } from "./wall_words";

const SEVERITIES: readonly Severity[] = ["critical", "warning", "info"];

export interface TileView {
  readonly row: WallRow;
  readonly picture: string | null;
  readonly sinceSnapshotMs: number;
  readonly onPictureError: () => void;
}

export function tile(view: TileView): TemplateResult {
  const { row } = view;
  const facts = `tile-facts-${row.id}`;
  return html`<li class="tile wall-tile ${frame(row)}">
    <div class="tile-media">${picture(view)}</div>
    <div class="tile-body">
      <div class="wall-tile-head">
        <a class="tile-title stretched-link" href=${row.url} aria-describedby=${facts}>${row.candidate}</a>
        <span class="badge state-${row.state}">${stateWords(row.state)}</span>
      </div>
      <div id=${facts}>
        <p class="wall-tile-presence">${presence(row)} <span class="quiet">${leftWords(row, view.sinceSnapshotMs)}</span></p>
        ${row.started_at === null ? nothing : scores(row)} ${flags(row)}
      </div>
    </div>
  </li>`;
}

function frame(row: WallRow): string {
  if (!isUnderWay(row)) return "";
  if (openCount(row, "critical") > 0) return "tile-critical";
  return openCount(row, "warning") > 0 ? "tile-warning" : "";
}

function picture({ row, picture: address, onPictureError }: TileView): TemplateResult {
  if (address === null) {
    const words = row.started_at === null ? "Not started" : "No picture";
    return html`<p class="wall-no-picture">${words}</p>`;
  }
  return html`<img src=${address} alt="" width="320" height="240" decoding="async" @error=${onPictureError} />`;
}

function presence(row: WallRow): TemplateResult {
  const { words, light } = presenceOf(row);
  return html`<span class="light ${light}">${words}</span>`;
}

function scores(row: WallRow): TemplateResult {
  return html`<dl class="wall-scores">
    <div><dt>Risk</dt><dd>${pointWords(row.score)}</dd></div>
    <div><dt>Integrity</dt><dd>${pointWords(row.integrity_score)}</dd></div>
    <div><dt>Coverage</dt><dd>${percentWords(row.coverage)}</dd></div>
  </dl>`;
}

function flags(row: WallRow): TemplateResult {
  const newest = row.newest_flag;
  if (newest === null) return html`<p class="quiet wall-newest">No flags</p>`;
  const isOpen = isUnderWay(row) && row.open_flags.some((flag) => flag.id === newest.id);
  return html`<div class="wall-newest">
      ${newest.evidence_url === null ? nothing : html`<img src=${newest.evidence_url} alt="" width="64" height="48" decoding="async" />`}
      <p>
      <span class="badge severity-${newest.severity}">${isOpen ? "Now" : "Last"}</span>
      ${newest.label}, ${clock(newest.since_ms)}
      </p>
    </div>
    <p class="wall-counts quiet">
      ${flagTotal(row) === 1 ? "1 flag" : `${flagTotal(row)} flags`}:
      ${SEVERITIES.filter((severity) => row.flag_counts[severity] > 0)
        .map((severity) => `${row.flag_counts[severity]} ${severity}`)
        .join(", ")}
    </p>`;
}
