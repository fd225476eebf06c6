/** When to try the socket again, and when not to. */

import { gettext } from "../words/gettext";

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 15_000;

export interface ReconnectPolicy {
  delayMs(attempt: number): number;
}

/** Full jitter: after a restart of the server the whole class must not come back in the same instant. */
export class JitteredBackoff implements ReconnectPolicy {
  constructor(private readonly random: () => number = Math.random) {}

  delayMs(attempt: number): number {
    const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(attempt, 10));
    return Math.round(this.random() * ceiling);
  }
}

function wordsFor(code: number): string | null {
  switch (code) {
    case 4403:
      return gettext("This page may not connect to the exam. Open your invitation link again.");
    case 4404:
      return gettext("This exam session is no longer open. Ask the person who invited you.");
    case 4409:
      return gettext("This exam was opened in another window or on another device. It goes on there, with your time and all you have done.");
    default:
      return null;
  }
}

/** Words for a close after which trying again is pointless; null when the socket should come back. */
export function finalCloseWords(code: number): string | null {
  return wordsFor(code);
}

/** 4400, 4408 and 4429 say that this page sent something wrong, too slowly or too much: back off at once, not step by step. */
export function attemptAfterClose(code: number, attempt: number): number {
  return code === 4400 || code === 4408 || code === 4429 ? Math.max(attempt, 4) : attempt;
}
