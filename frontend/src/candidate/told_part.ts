/** What proctors told this candidate: shown until it is read, and kept to be read again. */

import type { ServerMessage, Welcome } from "../protocol/messages";
import type { Told } from "../protocol/told";
import type { RoomHost, RoomPart } from "./room_part";

export class ToldPart implements RoomPart {
  constructor(private readonly host: RoomHost) {}

  welcomed({ told = [] }: Welcome): void {
    const { nowMs } = this.host;
    const before = this.host.view.told;
    // What was given before this page was there holds already: it is only listed.
    const news = told.map((one) => (one.kind !== "warning" && one.read_ms === null ? { ...one, read_ms: nowMs() } : one));
    this.host.show({ told: news.map((one) => before.find((known) => isSame(known, one) && known.read_ms !== null) ?? one) });
  }

  received(message: ServerMessage): void {
    if (message.type !== "told") return;
    const others = this.host.view.told.filter((one) => !isSame(one, message.told));
    this.host.show({ told: [...others, message.told] });
  }

  markRead(read: Told): void {
    if (read.read_ms !== null) return;
    if (read.kind === "warning") this.host.tell("warning_read", { number: read.number });
    const readNow = { ...read, read_ms: this.host.nowMs() };
    this.host.show({ told: this.host.view.told.map((one) => (isSame(one, read) ? readNow : one)) });
  }
}

function isSame(one: Told, other: Told): boolean {
  return one.kind === other.kind && one.number === other.number;
}
