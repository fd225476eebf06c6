/** What is news about the shared screen during the exam, across reloads: a reload ends every sharing. */

import type { EventName } from "../protocol/messages";
import type { ScreenState } from "./screen_share";

type Fact = "shared" | "part" | "missing" | "lost";

export class ScreenFacts {
  private readonly key: string;

  constructor(
    sessionId: string,
    private readonly storage: Pick<Storage, "getItem" | "setItem">,
  ) {
    this.key = `invigil.screen.${sessionId}`;
  }

  /** The event to tell for this state, if it is news. */
  observe(state: ScreenState): EventName | null {
    const before = this.storage.getItem(this.key) as Fact | null;
    const now = factOf(state, before);
    if (now === null || now === before) return null;
    this.storage.setItem(this.key, now);
    if (now !== "shared") return `screen_${now}`;
    return before === null ? "screen_shared" : "screen_back";
  }
}

/** Null while it cannot be told: nobody asked yet, or the candidate is choosing. */
function factOf(state: ScreenState, before: Fact | null): Fact | null {
  switch (state.status) {
    case "unwanted":
    case "asking":
      return null;
    case "on":
      return state.whole === false ? "part" : "shared";
    case "off":
    case "lost":
    case "failed":
    case "unsupported":
      return before === null || before === "missing" ? "missing" : "lost";
  }
}
