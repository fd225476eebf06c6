/** Full screen, where the exam asks for it: noted when it is left and entered, with a while to come back. */

import type { SessionView } from "../protocol/messages";
import { gettext } from "../words/gettext";
import { canFillScreen, fillsScreen } from "./full_screen";
import type { RoomHost, RoomPart } from "./room_part";

/** The start asks for full screen itself; a browser takes a moment to grant it. */
const SETTLE_MS = 1500;

export interface Away {
  /** By the page's own clock. */
  readonly sinceMs: number;
  /** How long nothing is pointed out; null where leaving is noted and never pointed out. */
  readonly graceMs: number | null;
  /** The browser said no when it was asked: then nobody is kept from working. */
  readonly refused: boolean;
}

export class FullScreenPart implements RoomPart {
  private settleTimer: ReturnType<typeof setTimeout> | undefined;
  private leftAtMs: number | null = null;
  private settled = false;
  private wanted = false;
  private readonly look = (): void => this.observe();

  constructor(
    private readonly host: RoomHost,
    private readonly clockMs: () => number = () => performance.now(),
  ) {}

  begin(): void {
    document.addEventListener("fullscreenchange", this.look);
    // F11 changes the window's size and nothing else.
    window.addEventListener("resize", this.look);
  }

  end(): void {
    clearTimeout(this.settleTimer);
    document.removeEventListener("fullscreenchange", this.look);
    window.removeEventListener("resize", this.look);
  }

  sessionChanged({ state, require_full_screen: required }: SessionView): void {
    const wanted = state === "running" && required && canFillScreen();
    if (wanted === this.wanted) return;
    this.wanted = wanted;
    this.settled = false;
    this.leftAtMs = null;
    clearTimeout(this.settleTimer);
    if (wanted) this.settleTimer = setTimeout(() => this.settle(), SETTLE_MS);
    this.observe();
  }

  /** Call from a click: full screen needs the person's own gesture. */
  async enter(): Promise<void> {
    if (!canFillScreen()) return;
    try {
      await document.documentElement.requestFullscreen();
    } catch {
      const away = this.host.view.away;
      if (away !== null) this.host.show({ away: { ...away, refused: true } });
      const text = gettext("The browser did not allow full screen. Press F11, or go on as it is: your work is kept.");
      this.host.show({ notice: { level: "warning", text } });
    }
  }

  private settle(): void {
    this.settled = true;
    this.observe();
  }

  private observe(): void {
    if (!this.wanted || fillsScreen()) this.back();
    else if (this.settled) this.left();
  }

  private left(): void {
    if (this.leftAtMs !== null) return;
    this.leftAtMs = this.host.nowMs();
    this.host.tell("full_screen_left");
    const graceMs = this.host.config.patience?.full_screen_ms ?? null;
    this.host.show({ away: { sinceMs: this.clockMs(), graceMs, refused: false } });
  }

  private back(): void {
    if (this.wanted && this.leftAtMs !== null) {
      this.host.tell("full_screen_entered", { duration_ms: this.host.nowMs() - this.leftAtMs });
    }
    this.leftAtMs = null;
    // Whoever is in full screen before the moment is over has settled.
    if (this.wanted) this.settled = true;
    if (this.host.view.away !== null) this.host.show({ away: null });
  }
}
