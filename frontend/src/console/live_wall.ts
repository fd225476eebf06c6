/** The live wall: tiles that follow hints, only those on the screen in the page, re-sorted when that disturbs nobody. */

import { html, LitElement, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { PropertyValues, TemplateResult } from "lit";

import { gettext } from "../words/gettext";
import "./candidate_panel";
import { othersThere } from "./company";
import { TilePictures } from "./tile_pictures";
import { placeAfter, scrollTo, tileWindow } from "./tile_window";
import type { Geometry, TileWindow } from "./tile_window";
import { callStrip, companyLine } from "./wall_company";
import type { WallConfig } from "./wall_config";
import { WallFeed } from "./wall_feed";
import { fits, matches, reviewFirst, worstFirst } from "./wall_order";
import type { Filter, Order } from "./wall_order";
import { banner, nobody, nothingFits } from "./wall_notices";
import type { WallRow } from "./wall_rows";
import { tile } from "./wall_tile";
import { toolbar } from "./wall_toolbar";

const TICK_MS = 1000;
/** A tile must not move away under a pointer that is about to choose it. */
const POINTER_REST_MS = 2000;
/** What sticks to the top of the page. */
const RESERVED_PX = 80;

export class LiveWall extends LitElement {
  config!: WallConfig;

  private feed!: WallFeed;
  private order: readonly string[] = [];
  private shown: readonly WallRow[] = [];
  private filter: Filter = "all";
  private orderedBy: Order = "now";
  private words = "";
  private openId: string | null = null;
  private activeId: string | null = null;
  /** The tile that Tab reaches: the active one, unless it was scrolled away. */
  private tabStop: string | null = null;
  private focusWanted = false;
  private lastPointerMs = -POINTER_REST_MS;
  private isOrderHeld = false;
  private geometry: Geometry | null = null;
  private drawn: TileWindow = { first: 0, end: 0, above_px: 0, below_px: 0 };
  private tickTimer: ReturnType<typeof setInterval> | undefined;
  private readonly pictures = new TilePictures();

  override connectedCallback(): void {
    super.connectedCallback();
    this.feed = new WallFeed(this.config, ({ urgent }) => (urgent ? this.sort() : this.requestUpdate()));
    this.sort();
    this.feed.start();
    window.addEventListener("online", this.retry);
    window.addEventListener("scroll", this.moved, { passive: true });
    window.addEventListener("resize", this.moved);
    document.addEventListener("keydown", this.keyPressed);
    this.tickTimer = setInterval(() => this.tick(), TICK_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.feed.stop();
    window.removeEventListener("online", this.retry);
    window.removeEventListener("scroll", this.moved);
    window.removeEventListener("resize", this.moved);
    document.removeEventListener("keydown", this.keyPressed);
    clearInterval(this.tickTimer);
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override willUpdate(): void {
    const byId = new Map(this.feed.rows.map((row) => [row.id, row]));
    this.shown = this.order
      .map((id) => byId.get(id))
      .filter((row): row is WallRow => row !== undefined && fits(row, this.filter) && matches(row, this.words));
    if (!this.shown.some(({ id }) => id === this.activeId)) this.activeId = this.shown[0]?.id ?? null;
    this.drawn = tileWindow(this.shown.length, this.geometry);
    const inPage = this.shown.slice(this.drawn.first, this.drawn.end);
    this.tabStop = inPage.some(({ id }) => id === this.activeId) ? this.activeId : (inPage[0]?.id ?? null);
    this.pictures.update(inPage, performance.now(), document.hidden);
  }

  protected override render(): TemplateResult {
    const { rows, announcement, watchers, acts } = this.feed;
    return html`
      ${banner(this.feed, this.retry)}
      <p class="visually-hidden" role="status" aria-live="polite">${announcement}</p>
      ${rows.length === 0 ? nobody() : html`${callStrip(rows, (id) => this.open(id))} ${this.toolbar()}`}
      ${companyLine(watchers, acts, this.config.me)} ${rows.length === 0 ? nothing : this.grid()} ${this.panel()}
    `;
  }

  protected override updated(_changed: PropertyValues): void {
    document.body.classList.toggle("wall-panel-open", this.openId !== null);
    const list = this.list();
    if (list === null) return;
    list.style.paddingTop = `${this.drawn.above_px}px`;
    list.style.paddingBottom = `${this.drawn.below_px}px`;
    this.measure();
    if (!this.focusWanted) return;
    this.focusWanted = false;
    this.querySelector<HTMLElement>(`[data-session="${this.activeId}"] .tile-title`)?.focus({ preventScroll: true });
  }

  private grid(): TemplateResult {
    if (this.shown.length === 0) return nothingFits(this.words, () => this.choose({ filter: "all", words: "" }));
    const { first, end } = this.drawn;
    return html`<ul
      class="tiles wall-tiles"
      tabindex="-1"
      aria-label=${gettext("Candidates, whoever needs a look first")}
      @pointermove=${() => (this.lastPointerMs = performance.now())}
      @focusin=${(event: FocusEvent) => this.focused(event)}
      @focusout=${() => queueMicrotask(() => this.sort())}
      @keydown=${(event: KeyboardEvent) => this.walk(event)}
    >
      ${repeat(
        this.shown.slice(first, end),
        (row) => row.id,
        (row, index) => this.tile(row, first + index),
      )}
    </ul>`;
  }

  private tile(row: WallRow, index: number): TemplateResult {
    return tile({
      row,
      place: index + 1,
      count: this.shown.length,
      isActive: row.id === this.tabStop,
      isOpen: row.id === this.openId,
      picture: this.pictures.addressOf(row),
      sinceSnapshotMs: this.feed.sinceSnapshotMs(),
      lookedAtBy: othersThere(this.feed.watchers, this.config.me, row.id),
      onOpen: () => this.open(row.id),
      onPictureError: () => {
        this.pictures.failed(row, performance.now());
        this.requestUpdate();
      },
    });
  }

  private toolbar(): TemplateResult {
    return toolbar({
      rows: this.feed.rows,
      shown: this.shown.length,
      filter: this.filter,
      order: this.orderedBy,
      words: this.words,
      isOrderHeld: this.isOrderHeld,
      onFilter: (filter) => this.choose({ filter }),
      onSearch: (words) => this.choose({ words }),
      onOrder: (order) => this.choose({ order }),
      onSort: () => this.sort(true),
    });
  }

  private panel(): TemplateResult | typeof nothing {
    const row = this.feed.rows.find(({ id }) => id === this.openId);
    if (row === undefined) return nothing;
    return html`<candidate-panel
      .row=${row}
      .link=${this.feed.socket}
      .mayIntervene=${this.config.may_intervene}
      .watchers=${othersThere(this.feed.watchers, this.config.me, row.id)}
      .sinceSnapshotMs=${this.feed.sinceSnapshotMs()}
      @panel-close=${() => this.close()}
    ></candidate-panel>`;
  }

  private readonly retry = (): void => this.feed.retry();

  private readonly moved = (): void => {
    this.measure();
    const { first, end } = tileWindow(this.shown.length, this.geometry);
    if (first === this.drawn.first && end === this.drawn.end) return;
    // A tile that is scrolled away leaves the page; the keyboard stays in the list.
    const list = this.list();
    const index = this.shown.findIndex(({ id }) => id === this.activeId);
    if (list?.contains(document.activeElement) === true && (index < first || index >= end)) list.focus({ preventScroll: true });
    this.requestUpdate();
  };

  /** Rows are as high as the first of them; how many tiles stand beside each other is the style sheet's to say. */
  private measure(): void {
    const list = this.list();
    const first = list?.firstElementChild;
    if (list === null || !(first instanceof HTMLElement)) return;
    const style = getComputedStyle(list);
    const columns = Math.max(1, style.gridTemplateColumns.split(" ").filter((track) => track.endsWith("px")).length);
    const pitch_px = first.offsetHeight === 0 ? 0 : first.offsetHeight + (parseFloat(style.rowGap) || 0);
    const isNew = columns !== this.geometry?.columns || pitch_px !== this.geometry.pitch_px;
    this.geometry = { columns, pitch_px, top_px: list.getBoundingClientRect().top, screen_px: window.innerHeight };
    if (isNew) this.requestUpdate();
  }

  private list(): HTMLElement | null {
    return this.querySelector<HTMLElement>(".wall-tiles");
  }

  private tick(): void {
    this.feed.tick();
    this.sort();
  }

  private sort(isWanted = false): void {
    const order = this.orderedBy === "review" ? reviewFirst(this.feed.rows) : worstFirst(this.feed.rows);
    const known = new Set(this.order);
    const isSame = order.length === this.order.length && order.every((id, index) => id === this.order[index]);
    if (isSame || isWanted || !this.isInUse()) {
      this.order = order;
      this.isOrderHeld = false;
    } else {
      const present = new Set(order);
      this.order = [...this.order.filter((id) => present.has(id)), ...order.filter((id) => !known.has(id))];
      this.isOrderHeld = true;
    }
    this.requestUpdate();
  }

  private isInUse(): boolean {
    const hasFocus = this.list()?.contains(document.activeElement) ?? false;
    return hasFocus || performance.now() - this.lastPointerMs < POINTER_REST_MS;
  }

  private choose(change: { readonly filter?: Filter; readonly words?: string; readonly order?: Order }): void {
    this.filter = change.filter ?? this.filter;
    this.words = change.words ?? this.words;
    this.orderedBy = change.order ?? this.orderedBy;
    this.sort(true);
  }

  private open(id: string): void {
    this.openId = id;
    this.activeId = id;
    this.feed.socket.say({ type: "look", session: id });
    this.requestUpdate();
  }

  /** The focus goes back to where it came from. */
  private close(): void {
    this.openId = null;
    this.feed.socket.say({ type: "look", session: null });
    this.goTo(this.shown.findIndex(({ id }) => id === this.activeId));
  }

  private focused(event: FocusEvent): void {
    const id = (event.target as HTMLElement).closest<HTMLElement>("[data-session]")?.dataset["session"];
    if (id !== undefined) this.activeId = id;
  }

  private walk(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const index = this.shown.findIndex(({ id }) => id === this.activeId);
    const next = placeAfter(event.key, index, this.shown.length, this.geometry?.columns ?? 1);
    if (next === null) return;
    event.preventDefault();
    this.goTo(next);
  }

  private goTo(index: number): void {
    this.activeId = this.shown[index]?.id ?? null;
    this.focusWanted = true;
    if (this.geometry !== null && index >= 0) {
      this.measure();
      window.scrollBy({ top: scrollTo(index, this.geometry, RESERVED_PX), behavior: "instant" });
      this.measure();
    }
    this.requestUpdate();
  }

  private readonly keyPressed = (event: KeyboardEvent): void => {
    const isTyping = event.target instanceof Element && event.target.closest("input, textarea, select, dialog") !== null;
    if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      this.querySelector<HTMLElement>("#wall-search")?.focus();
    }
    if (event.key !== "Escape" || event.defaultPrevented) return;
    if (document.activeElement?.id === "wall-search" && this.words !== "") this.choose({ words: "" });
    else if (this.openId !== null && document.querySelector("dialog[open]") === null) this.close();
  };
}

customElements.define("live-wall", LiveWall);
