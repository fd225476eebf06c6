/** The questions in a tab of their own, where the exam allows more than one. */

import type { RoomHost } from "./room_part";

export class TabsPart {
  constructor(private readonly host: RoomHost) {}

  contentOpened(): void {
    this.host.tell("content_opened");
  }
}
