/** Tells the server that somebody is at this page, and leaves the page when the server signed the browser out. */

import { csrfToken } from "../candidate/requests";

/** However much is done, this often it is told. */
export const TELL_EVERY_MS = 120_000;
/** Another page of this browser may be in use: then it is asked again. */
export const ASK_AGAIN_MS = 60_000;
/** The server counts from when it was told, which is later than the deed. */
const AFTER_MS = 5000;
const DEEDS = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"] as const;

export interface PresenceOptions {
  /** Whether the browser is still signed in; `acted` tells that somebody did something. Rejects where nobody answers. */
  readonly ask: (url: string, acted: boolean) => Promise<boolean>;
  readonly leave: () => void;
}

/** Does nothing on a page that nobody is signed in for. The returned function ends it. */
export function mountPresence(page: Document, options: PresenceOptions): () => void {
  const { here: url, idleS } = page.body.dataset;
  if (url === undefined || idleS === undefined) return () => undefined;
  const presence = new Presence(url, Number(idleS) * 1000, options);
  const act = (): void => presence.act();
  const look = (): void => {
    if (page.visibilityState === "visible") presence.look();
  };
  for (const deed of DEEDS) page.addEventListener(deed, act, { passive: true });
  // A machine that slept has let timers sleep as well.
  page.addEventListener("visibilitychange", look);
  return () => {
    for (const deed of DEEDS) page.removeEventListener(deed, act);
    page.removeEventListener("visibilitychange", look);
    presence.stop();
  };
}

class Presence {
  /** Opening the page was told by opening it. */
  private toldAtMs = performance.now();
  private telling: ReturnType<typeof setTimeout> | undefined;
  private asking: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly url: string,
    private readonly idleMs: number,
    private readonly options: PresenceOptions,
  ) {
    this.askIn(this.idleMs + AFTER_MS);
  }

  act(): void {
    this.telling ??= setTimeout(() => this.tell(), Math.max(0, this.toldAtMs + this.tellEveryMs - performance.now()));
  }

  look(): void {
    if (performance.now() - this.toldAtMs >= this.idleMs) void this.hear(false);
  }

  stop(): void {
    clearTimeout(this.telling);
    clearTimeout(this.asking);
  }

  /** Half of a short time: who is at work must be heard before it is over. */
  private get tellEveryMs(): number {
    return Math.min(TELL_EVERY_MS, this.idleMs / 2);
  }

  private tell(): void {
    this.telling = undefined;
    this.toldAtMs = performance.now();
    this.askIn(this.idleMs + AFTER_MS);
    void this.hear(true);
  }

  private askIn(delayMs: number): void {
    clearTimeout(this.asking);
    this.asking = setTimeout(() => void this.hear(false), delayMs);
  }

  private async hear(acted: boolean): Promise<void> {
    let signedIn = true;
    try {
      signedIn = await this.options.ask(this.url, acted);
    } catch {
      // Away for a moment: what is on the screen stays until the server says otherwise.
    }
    if (!signedIn) {
      this.stop();
      this.options.leave();
    } else if (!acted) this.askIn(ASK_AGAIN_MS);
  }
}

export async function askWhetherHere(url: string, acted: boolean): Promise<boolean> {
  const request: RequestInit = acted ? { method: "POST", headers: { "X-CSRFToken": csrfToken() } } : {};
  const answer = await fetch(url, { credentials: "same-origin", cache: "no-store", ...request });
  return answer.status !== 401;
}
