/** A room for the tests of its parts: it keeps what it is asked to show, to note and to send. */

import fixtures from "../../../tests/fixtures/protocol/messages.json";
import type { SessionState, SessionView, Welcome } from "../protocol/messages";
import type { RoomConfig } from "./room_config";
import type { RoomHost } from "./room_part";
import { firstView } from "./room_view";
import type { RoomView } from "./room_view";

export const WELCOME = fixtures.server.valid[0]!.message as unknown as Welcome;

export function sessionIn(state: SessionState, change: Partial<SessionView> = {}): SessionView {
  return { ...WELCOME.session, state, require_full_screen: false, ...change };
}

export class FakeHost implements RoomHost {
  readonly facts: unknown[] = [];
  readonly sent: Uint8Array[] = [];
  view: RoomView;
  takes = true;
  private readonly startedMs = performance.now();

  constructor(readonly config: RoomConfig) {
    this.view = firstView(config);
  }

  readonly show = (change: Partial<RoomView>): void => {
    this.view = { ...this.view, ...change };
  };
  readonly tell = (ev: string, detail?: unknown): void => {
    this.facts.push(detail === undefined ? ev : [ev, detail]);
  };
  readonly say = (): boolean => this.takes;
  readonly send = (message: Uint8Array): boolean => {
    if (this.takes) this.sent.push(message);
    return this.takes;
  };
  readonly nowMs = (): number => Math.floor(performance.now() - this.startedMs);
}

export function hostFor(change: Partial<RoomConfig> = {}): FakeHost {
  const urls = { ticket: "", start: "", submit: "", socket: "", thanks: "" };
  return new FakeHost({ session: sessionIn("checking"), urls, watched: [], candidate_name: "Ada", ...change });
}
