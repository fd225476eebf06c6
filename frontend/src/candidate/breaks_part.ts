/** Breaks that the candidate was granted: one is taken, and is over; how many are left, the session says. */

import { isSessionView } from "../protocol/messages";
import type { SessionView } from "../protocol/messages";
import { Countdown } from "./countdown";
import { postJson } from "./requests";
import type { RoomHost, RoomPart } from "./room_part";

export interface BreaksState {
  readonly isAsking: boolean;
  readonly problem: string | null;
}

export const NOT_ASKED: BreaksState = { isAsking: false, problem: null };

export class BreaksPart implements RoomPart {
  /** Of the break that runs; knows no time outside one. */
  readonly countdown = new Countdown();

  constructor(
    private readonly host: RoomHost,
    private readonly apply: (session: SessionView) => void,
  ) {}

  sessionChanged({ breaks }: SessionView): void {
    this.countdown.sync(breaks?.remaining_ms ?? null, false);
  }

  take(): Promise<void> {
    return this.ask("begin");
  }

  comeBack(): Promise<void> {
    return this.ask("end");
  }

  private async ask(to: "begin" | "end"): Promise<void> {
    const url = this.host.config.urls.break;
    if (url === undefined || this.host.view.breaks.isAsking) return;
    this.host.show({ breaks: { isAsking: true, problem: null } });
    try {
      const answer = await postJson(url, { to });
      this.host.show({ breaks: NOT_ASKED });
      if (isSessionView(answer)) this.apply(answer);
    } catch (error) {
      this.host.show({ breaks: { isAsking: false, problem: error instanceof Error ? error.message : String(error) } });
    }
  }
}
