/** Milliseconds since the session's start, on this page's monotonic clock. */

export class SessionClock {
  private anchorMs = 0;
  private anchoredAtMs: number;
  private newestMs = 0;
  private started = false;

  constructor(private readonly monotonicMs: () => number = () => performance.now()) {
    this.anchoredAtMs = monotonicMs();
  }

  /** `nowMs` as the server says it; null before the start, when time counts from the opening of the page. */
  anchor(nowMs: number | null): void {
    if (nowMs === null) return;
    if (!this.started) this.newestMs = 0;
    this.started = true;
    this.anchorMs = nowMs;
    this.anchoredAtMs = this.monotonicMs();
  }

  get hasStarted(): boolean {
    return this.started;
  }

  /** Never goes back: a slow welcome must not put an event before one that already happened. */
  nowMs(): number {
    const nowMs = Math.floor(this.anchorMs + this.monotonicMs() - this.anchoredAtMs);
    this.newestMs = Math.max(this.newestMs, nowMs);
    return this.newestMs;
  }
}
