/** Above the tiles: which of them are shown, in which order, and how many there are. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";

import { gettext } from "../words/gettext";
import { FILTERS, fits, ORDERS } from "./wall_order";
import type { Filter, Order } from "./wall_order";
import type { WallRow } from "./wall_rows";

export interface ToolbarView {
  readonly rows: readonly WallRow[];
  readonly shown: number;
  readonly filter: Filter;
  readonly order: Order;
  readonly words: string;
  readonly isOrderHeld: boolean;
  readonly onFilter: (filter: Filter) => void;
  readonly onSearch: (words: string) => void;
  readonly onOrder: (order: Order) => void;
  readonly onSort: () => void;
}

export function toolbar(view: ToolbarView): TemplateResult {
  return html`<div class="wall-toolbar">
    <div class="wall-filters" role="group" aria-label=${gettext("Which sessions")}>
      ${FILTERS.map(({ key, label }) => filterButton(view, key, label()))}
    </div>
    <label class="visually-hidden" for="wall-search">${gettext("Search by name or number")}</label>
    <input
      id="wall-search"
      class="form-control wall-search"
      type="search"
      placeholder=${gettext("Search by name or number")}
      autocomplete="off"
      aria-keyshortcuts="/"
      .value=${view.words}
      @input=${(event: InputEvent) => view.onSearch((event.target as HTMLInputElement).value)}
    />
    ${view.rows.some((row) => row.unusual !== null) ? orderChoice(view) : nothing}
    <span class="quiet wall-shown" role="status"
      >${gettext("%(shown)s of %(all)s shown", { shown: view.shown, all: view.rows.length })}</span
    >
    ${view.isOrderHeld
      ? html`<button type="button" class="btn btn-sm btn-outline-primary" @click=${view.onSort}>
          ${gettext("Order changed: sort again")}
        </button>`
      : nothing}
    <span class="quiet wall-keys">${gettext("Arrow keys move, Enter opens, / searches, Escape closes")}</span>
  </div>`;
}

function filterButton(view: ToolbarView, key: Filter, label: string): TemplateResult {
  const count = view.rows.filter((row) => fits(row, key)).length;
  return html`<button
    type="button"
    class="btn btn-sm btn-outline-secondary ${key === view.filter ? "active" : ""} ${key === "help" && count > 0 ? "wall-filter-help" : ""}"
    aria-pressed=${key === view.filter}
    @click=${() => view.onFilter(key)}
  >
    ${label} <span class="wall-count">${count}</span>
  </button>`;
}

function orderChoice(view: ToolbarView): TemplateResult {
  return html`<label class="visually-hidden" for="wall-order">${gettext("Order")}</label>
    <select
      id="wall-order"
      class="form-select wall-search"
      @change=${(event: Event) => view.onOrder((event.target as HTMLSelectElement).value === "review" ? "review" : "now")}
    >
      ${ORDERS.map(({ key, label }) => html`<option value=${key} ?selected=${key === view.order}>${label()}</option>`)}
    </select>`;
}
