/** The live wall: tiles that follow hints, re-sorted only when that disturbs nobody. */

import { html, LitElement, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { TemplateResult } from "lit";

import { JitteredBackoff } from "../socket/reconnect";
import type { Connection } from "../socket/ticket_socket";
import { ConsoleSocket, socketUrl } from "./console_socket";
import { TilePictures } from "./tile_pictures";
import type { WallConfig } from "./wall_config";
import { FILTERS, fits, matches, ORDERS, reviewFirst, worstFirst } from "./wall_order";
import type { Filter, Order } from "./wall_order";
import { applyHint, readHint } from "./wall_rows";
import type { Hint, WallRow } from "./wall_rows";
import { tile } from "./wall_tile";
import { clock } from "./wall_words";

const TICK_MS = 1000;
/** Hints can be lost: the rows are fetched again now and then. */
const RELOAD_EVERY_MS = 60_000;
const RELOAD_AT_MOST_EVERY_MS = 2000;
/** A tile must not move away under a pointer that is about to choose it. */
const POINTER_REST_MS = 2000;

export class LiveWall extends LitElement {
  config!: WallConfig;

  private rows: readonly WallRow[] = [];
  private order: readonly string[] = [];
  private filter: Filter = "all";
  private orderedBy: Order = "now";
  private words = "";
  private connection: Connection = { status: "connecting" };
  private announcement = "";
  private failure: string | null = null;
  private snapshotAtMs = 0;
  private lastPointerMs = -POINTER_REST_MS;
  private isOrderHeld = false;
  private fetching = false;
  private missed: Hint[] = [];
  private reloadTimer: ReturnType<typeof setTimeout> | undefined;
  private tickTimer: ReturnType<typeof setInterval> | undefined;
  private socket: ConsoleSocket | undefined;
  private readonly pictures = new TilePictures();

  override connectedCallback(): void {
    super.connectedCallback();
    this.takeRows(this.config.wall.sessions);
    const { urls, exam } = this.config;
    this.socket = new ConsoleSocket({
      url: socketUrl(urls.socket),
      ticketUrl: urls.ticket,
      topic: { exam },
      policy: new JitteredBackoff(),
      onConnection: (connection) => this.connectionChanged(connection),
      onMessage: (message) => this.told(message),
    });
    this.socket.start();
    window.addEventListener("online", this.retry);
    this.tickTimer = setInterval(() => this.tick(), TICK_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.socket?.stop();
    window.removeEventListener("online", this.retry);
    clearInterval(this.tickTimer);
    clearTimeout(this.reloadTimer);
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override render(): TemplateResult {
    const byId = new Map(this.rows.map((row) => [row.id, row]));
    const shown = this.order
      .map((id) => byId.get(id))
      .filter((row): row is WallRow => row !== undefined && fits(row, this.filter) && matches(row, this.words));
    return html`
      ${this.banner()}
      <p class="visually-hidden" role="status" aria-live="polite">${this.announcement}</p>
      ${this.rows.length === 0 ? this.nobody() : html`${this.toolbar(shown.length)} ${this.grid(shown)}`}
    `;
  }

  private grid(shown: readonly WallRow[]): TemplateResult {
    if (shown.length === 0) return this.nothingFits();
    const now = performance.now();
    return html`<ul
      class="tiles wall-tiles"
      @pointermove=${() => (this.lastPointerMs = performance.now())}
      @focusout=${() => queueMicrotask(() => this.sort())}
    >
      ${repeat(
        shown,
        (row) => row.id,
        (row) =>
          tile({
            row,
            picture: this.pictures.addressOf(row),
            sinceSnapshotMs: now - this.snapshotAtMs,
            onPictureError: () => {
              this.pictures.failed(row, performance.now());
              this.requestUpdate();
            },
          }),
      )}
    </ul>`;
  }

  private toolbar(shown: number): TemplateResult {
    return html`<div class="wall-toolbar">
      <div class="btn-group" role="group" aria-label="Which sessions">
        ${FILTERS.map(
          ({ key, label }) =>
            html`<button
              type="button"
              class="btn btn-outline-secondary ${key === this.filter ? "active" : ""}"
              aria-pressed=${key === this.filter}
              @click=${() => this.choose(key)}
            >
              ${label} <span class="wall-count">${this.rows.filter((row) => fits(row, key)).length}</span>
            </button>`,
        )}
      </div>
      <label class="visually-hidden" for="wall-search">Search by name</label>
      <input
        id="wall-search"
        class="form-control wall-search"
        type="search"
        placeholder="Search by name"
        autocomplete="off"
        .value=${this.words}
        @input=${(event: InputEvent) => this.search((event.target as HTMLInputElement).value)}
      />
      ${this.rows.some((row) => row.unusual !== null) ? this.orderChoice() : nothing}
      <span class="quiet wall-shown" role="status">${shown} of ${this.rows.length} shown</span>
      ${this.isOrderHeld
        ? html`<button type="button" class="btn btn-sm btn-outline-primary" @click=${() => this.sort(true)}>
            Order changed: sort again
          </button>`
        : nothing}
    </div>`;
  }

  private orderChoice(): TemplateResult {
    return html`<label class="visually-hidden" for="wall-order">Order</label>
      <select
        id="wall-order"
        class="form-select wall-search"
        @change=${(event: Event) => this.orderBy((event.target as HTMLSelectElement).value)}
      >
        ${ORDERS.map(({ key, label }) => html`<option value=${key} ?selected=${key === this.orderedBy}>${label}</option>`)}
      </select>`;
  }

  private orderBy(value: string): void {
    this.orderedBy = value === "review" ? "review" : "now";
    this.sort(true);
  }

  private nobody(): TemplateResult {
    return html`<div class="empty-state">
      <h2>No candidates yet</h2>
      <p>Add candidates on the exam’s page; each appears here within a minute.</p>
    </div>`;
  }

  private nothingFits(): TemplateResult {
    return html`<div class="empty-state">
      <h2>Nobody fits</h2>
      <p>${this.words.trim() === "" ? "No session is in this group now." : "No name fits these words here."}</p>
      <button type="button" class="btn btn-outline-secondary" @click=${() => this.showAll()}>Show everybody</button>
    </div>`;
  }

  private banner(): TemplateResult | typeof nothing {
    const words = bannerWords(this.connection) ?? this.failure;
    if (words === null) return nothing;
    const isStopped = this.connection.status === "stopped";
    return html`<div class="alert ${isStopped ? "alert-danger" : "alert-warning"} wall-banner" role="alert">
      <span>${words}</span>
      <button type="button" class="btn btn-sm btn-outline-secondary" @click=${this.retry}>Try now</button>
    </div>`;
  }

  private readonly retry = (): void => {
    this.failure = null;
    this.socket?.retryNow();
  };

  private connectionChanged(connection: Connection): void {
    this.connection = connection;
    if (connection.status === "connected") this.reloadSoon(0);
    this.requestUpdate();
  }

  private told(message: unknown): void {
    const hint = readHint(message);
    if (hint === null) return;
    if (this.fetching) this.missed.push(hint);
    this.apply(hint);
    this.changed();
  }

  private apply(hint: Hint): void {
    const { rows, alarm, reload } = applyHint(this.rows, hint);
    this.rows = rows;
    if (alarm !== null) this.announcement = `${alarm.candidate}: ${alarm.flag.label}, ${clock(alarm.flag.since_ms)}`;
    if (reload) this.reloadSoon(RELOAD_AT_MOST_EVERY_MS);
  }

  private reloadSoon(afterMs: number): void {
    if (this.reloadTimer !== undefined && afterMs > 0) return;
    clearTimeout(this.reloadTimer);
    this.reloadTimer = setTimeout(() => void this.reload(), afterMs);
  }

  private async reload(): Promise<void> {
    this.reloadTimer = undefined;
    if (this.fetching) return this.reloadSoon(RELOAD_AT_MOST_EVERY_MS);
    this.fetching = true;
    this.missed = [];
    try {
      this.takeRows(await fetchRows(this.config.urls.data));
      this.failure = null;
    } catch (error) {
      this.failure = error instanceof Error ? error.message : "The wall could not be fetched.";
      this.reloadSoon(RELOAD_AT_MOST_EVERY_MS * 2);
    } finally {
      this.fetching = false;
    }
    // What was told while the rows were on their way may be newer than they are.
    for (const hint of this.missed.splice(0)) this.apply(hint);
    this.changed();
  }

  private takeRows(rows: readonly WallRow[]): void {
    this.rows = rows;
    this.snapshotAtMs = performance.now();
    this.changed();
  }

  private changed(): void {
    this.pictures.update(this.rows, performance.now(), document.hidden);
    this.sort();
  }

  private tick(): void {
    if (this.connection.status === "connected" && performance.now() - this.snapshotAtMs > RELOAD_EVERY_MS) this.reloadSoon(0);
    this.changed();
  }

  private sort(isWanted = false): void {
    const order = this.orderedBy === "review" ? reviewFirst(this.rows) : worstFirst(this.rows);
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
    const hasFocus = this.querySelector(".wall-tiles")?.contains(document.activeElement) ?? false;
    return hasFocus || performance.now() - this.lastPointerMs < POINTER_REST_MS;
  }

  private choose(filter: Filter): void {
    this.filter = filter;
    this.sort(true);
  }

  private search(words: string): void {
    this.words = words;
    this.sort(true);
  }

  private showAll(): void {
    this.filter = "all";
    this.words = "";
    this.sort(true);
  }
}

function bannerWords(connection: Connection): string | null {
  switch (connection.status) {
    case "connected":
    case "connecting":
      return null;
    case "waiting":
      return "The connection is lost. What you see may be old; we keep trying.";
    case "stopped":
      return connection.words;
  }
}

async function fetchRows(url: string): Promise<readonly WallRow[]> {
  const response = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" });
  const isJson = response.headers.get("Content-Type")?.startsWith("application/json") ?? false;
  if (!response.ok || !isJson) throw new Error("The wall could not be fetched. Reload the page; you may have to sign in.");
  return ((await response.json()) as { sessions: readonly WallRow[] }).sessions;
}

customElements.define("live-wall", LiveWall);
