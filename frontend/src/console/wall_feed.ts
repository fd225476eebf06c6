/** What the wall knows: rows, those who watch and what they did, from the page itself, its socket and a fetch now and then. */

import { JitteredBackoff } from "../socket/reconnect";
import { socketUrl } from "../socket/ticket_socket";
import type { Connection } from "../socket/ticket_socket";
import { gettext } from "../words/gettext";
import { readCompanyHint, withAct } from "./company";
import type { Act, Watcher } from "./company";
import { ConsoleSocket } from "./console_socket";
import type { Wall, WallConfig } from "./wall_config";
import { applyHint, readHint } from "./wall_rows";
import type { Hint, WallRow } from "./wall_rows";
import { clock } from "./wall_words";

/** What comes within this time is shown at once: two hundred candidates are as many hints a second. */
const GATHER_MS = 100;
/** Hints can be lost: the rows are fetched again now and then. */
const RELOAD_EVERY_MS = 60_000;
const RELOAD_AT_MOST_EVERY_MS = 2000;

export interface FeedNews {
  /** Somebody needs a look now: the order should follow at once. */
  readonly urgent: boolean;
}

export class WallFeed {
  rows: readonly WallRow[] = [];
  watchers: readonly Watcher[] = [];
  acts: readonly Act[] = [];
  connection: Connection = { status: "connecting" };
  isLost = false;
  failure: string | null = null;
  /** The newest thing that somebody who cannot see the wall must hear. */
  announcement = "";
  readonly socket: ConsoleSocket;
  private snapshotAtMs = 0;
  private fetching = false;
  private readonly gathered: Hint[] = [];
  private missed: Hint[] = [];
  private gatherTimer: ReturnType<typeof setTimeout> | undefined;
  private reloadTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly config: WallConfig,
    private readonly onNews: (news: FeedNews) => void,
  ) {
    this.take(config.wall);
    this.socket = new ConsoleSocket({
      url: socketUrl(config.urls.socket),
      ticketUrl: config.urls.ticket,
      topic: { exam: config.exam },
      policy: new JitteredBackoff(),
      onConnection: (connection) => this.connectionChanged(connection),
      onMessage: (message) => this.told(message),
    });
  }

  start(): void {
    this.socket.start();
  }

  stop(): void {
    this.socket.stop();
    clearTimeout(this.gatherTimer);
    clearTimeout(this.reloadTimer);
  }

  retry(): void {
    this.failure = null;
    this.socket.retryNow();
  }

  sinceSnapshotMs(): number {
    return performance.now() - this.snapshotAtMs;
  }

  /** Once a second. */
  tick(): void {
    if (this.connection.status === "connected" && this.sinceSnapshotMs() > RELOAD_EVERY_MS) this.reloadSoon(0);
  }

  private take(wall: Wall): void {
    this.rows = wall.sessions;
    this.watchers = wall.watchers;
    this.acts = wall.acts;
    this.snapshotAtMs = performance.now();
  }

  private connectionChanged(connection: Connection): void {
    this.connection = connection;
    // While it is tried again it is still lost.
    this.isLost = connection.status === "waiting" || (this.isLost && connection.status === "connecting");
    if (connection.status === "connected") this.reloadSoon(0);
    this.onNews({ urgent: false });
  }

  private told(message: unknown): void {
    const company = readCompanyHint(message);
    if (company?.type === "watchers") this.watchers = company.watchers;
    if (company?.type === "act") this.acts = withAct(this.acts, company.act);
    const hint = readHint(message);
    if (hint !== null) {
      this.gathered.push(hint);
      if (this.fetching) this.missed.push(hint);
    }
    if (hint !== null || company !== null) this.gatherTimer ??= setTimeout(() => this.showGathered(), GATHER_MS);
  }

  private showGathered(): void {
    this.gatherTimer = undefined;
    const urgent = this.gathered.splice(0).map((hint) => this.apply(hint));
    this.onNews({ urgent: urgent.includes(true) });
  }

  /** Whether it is urgent. */
  private apply(hint: Hint): boolean {
    const { rows, alarm, call, reload } = applyHint(this.rows, hint);
    this.rows = rows;
    if (alarm !== null) this.announcement = `${alarm.candidate}: ${alarm.flag.label}, ${clock(alarm.flag.since_ms)}`;
    if (call !== null) this.announcement = gettext("%(candidate)s asks for a person.", { candidate: call.candidate });
    if (reload) this.reloadSoon(RELOAD_AT_MOST_EVERY_MS);
    return alarm !== null || call !== null || hint.type === "state";
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
      this.take(await fetchWall(this.config.urls.data));
      this.failure = null;
    } catch (error) {
      this.failure = error instanceof Error ? error.message : gettext("The wall could not be fetched.");
      this.reloadSoon(RELOAD_AT_MOST_EVERY_MS * 2);
    } finally {
      this.fetching = false;
    }
    // What was told while the rows were on their way may be newer than they are.
    for (const hint of this.missed.splice(0)) this.apply(hint);
    this.onNews({ urgent: true });
  }
}

async function fetchWall(url: string): Promise<Wall> {
  const response = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" });
  const isJson = response.headers.get("Content-Type")?.startsWith("application/json") ?? false;
  if (!response.ok || !isJson) throw new Error(gettext("The wall could not be fetched. Reload the page; you may have to sign in."));
  return (await response.json()) as Wall;
}
