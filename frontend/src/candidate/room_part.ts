/** A capability of the room that stands for itself: the room tells it what happens, it shows its slice of the view. */

import type { ClientMessage, EventDetail, EventName, ServerMessage, SessionView, Welcome } from "../protocol/messages";
import type { RoomConfig } from "./room_config";
import type { RoomView } from "./room_view";

/** What a part may ask of the room. */
export interface RoomHost {
  readonly config: RoomConfig;
  readonly view: RoomView;
  readonly show: (change: Partial<RoomView>) => void;
  /** Notes a fact in the log; it is kept until the server has it. */
  readonly tell: (ev: EventName, detail?: EventDetail) => void;
  /** Said now or not at all: false when the socket cannot take it. */
  readonly say: (message: ClientMessage) => boolean;
  /** A binary message, now or not at all. */
  readonly send: (message: Uint8Array<ArrayBuffer>) => boolean;
  /** Milliseconds since the session started, by the server's clock. */
  readonly nowMs: () => number;
}

/** Every method is optional; each is called after the room itself has taken the news. */
export interface RoomPart {
  /** The page is there; the socket is about to open. */
  begin?(): void;
  /** The socket is open (again). */
  welcomed?(welcome: Welcome): void;
  /** Any other message. */
  received?(message: ServerMessage): void;
  /** The socket is away. */
  interrupted?(): void;
  sessionChanged?(session: SessionView): void;
  /** What must be finished before the page is left: resolves when it is, and in any case soon. */
  lastWord?(): Promise<void>;
  end?(): void;
}
