/** Handing in: the last events first, then the request, again and again until the server has answered. */

import type { SessionView } from "../protocol/messages";
import { isSessionView } from "../protocol/messages";
import type { ReconnectPolicy } from "../socket/reconnect";
import { postJson, RequestRefused } from "./requests";
import { gettext } from "../words/gettext";

const WAIT_BEFORE_MS = 3000;
/** Longer than the longest pause between two tries to connect: leaving the page ends the sending. */
const WAIT_AFTER_MS = 20_000;
const LOOK_INTERVAL_MS = 100;

export interface HandInOptions {
  readonly submitUrl: string;
  readonly policy: ReconnectPolicy;
  readonly eventsAreSent: () => Promise<boolean>;
  readonly onProblem: (words: string) => void;
}

/** The session after handing in; throws `RequestRefused` when the server says no. */
export async function handIn(options: HandInOptions): Promise<SessionView> {
  await waitForEvents(options.eventsAreSent, WAIT_BEFORE_MS);
  for (let attempt = 0; ; attempt += 1) {
    try {
      const answer = await postJson(options.submitUrl, {});
      if (isSessionView(answer)) return answer;
      throw new RequestRefused(200, "unreadable", gettext("The server's answer could not be read. Reload the page."));
    } catch (error) {
      if (error instanceof RequestRefused) throw error;
      options.onProblem(gettext("There is no connection. Keep this page open: your exam is handed in as soon as the connection is back."));
      await pause(options.policy.delayMs(attempt));
    }
  }
}

/** The exam is over; the server still takes what is kept here, so the page is not left before that. */
export function lastEventsSent(eventsAreSent: () => Promise<boolean>): Promise<void> {
  return waitForEvents(eventsAreSent, WAIT_AFTER_MS);
}

async function waitForEvents(eventsAreSent: () => Promise<boolean>, longestMs: number): Promise<void> {
  for (let waitedMs = 0; waitedMs < longestMs; waitedMs += LOOK_INTERVAL_MS) {
    if (await eventsAreSent()) return;
    await pause(LOOK_INTERVAL_MS);
  }
}

function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}
