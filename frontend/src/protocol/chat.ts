/** Messages of the chat on /ws/room/: what the room says, and the check of what it hears. */

import type { ChatMessage } from "../chat/chat_log";
import { isCount, isSwitch, isText, listOf, oneOf, optional, orNull, shaped } from "./shapes";
import type { Check } from "./shapes";

export type ChatClientMessage =
  | { readonly type: "chat"; readonly client_id: string; readonly kind: "chat" | "help"; readonly text: string }
  /** What was written behind this number, and whether somebody is there. */
  | { readonly type: "chat_since"; readonly number: number }
  | { readonly type: "chat_read"; readonly up_to: number };

export type ChatServerMessage =
  /** `attended` only as an answer to one's own: whether somebody is there who can answer. */
  | { readonly type: "chat"; readonly message: ChatMessage; readonly attended?: boolean }
  | { readonly type: "chat_history"; readonly messages: readonly ChatMessage[]; readonly attended: boolean }
  /** Those who watch have read what was written here. */
  | { readonly type: "chat_read"; readonly up_to: number }
  /** The call for a person was answered in another way. */
  | { readonly type: "chat_settled" }
  | { readonly type: "chat_refused"; readonly client_id: string; readonly code: string; readonly text: string };

const isMessage = shaped({
  number: isCount,
  client_id: isText,
  side: oneOf(["candidate", "proctor"]),
  kind: oneOf(["chat", "help"]),
  text: isText,
  sent_at: isText,
  read_at: orNull(isText),
  answered_at: orNull(isText),
});

export const CHAT_SHAPES: Readonly<Record<ChatServerMessage["type"], Check>> = {
  chat: shaped({ message: isMessage, attended: optional(isSwitch) }),
  chat_history: shaped({ messages: listOf(isMessage), attended: isSwitch }),
  chat_read: shaped({ up_to: isCount }),
  chat_settled: () => true,
  chat_refused: shaped({ client_id: isText, code: isText, text: isText }),
};
