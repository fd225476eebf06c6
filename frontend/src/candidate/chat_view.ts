/** What the page shows of the chat. */

import type { WaitingLine } from "../chat/chat_lines";
import type { ChatMessage } from "../chat/chat_log";

export interface ChatView {
  readonly messages: readonly ChatMessage[];
  readonly waiting: readonly WaitingLine[];
  /** Whether somebody is there who can answer; null while that is not known. */
  readonly attended: boolean | null;
  readonly isOpen: boolean;
}

export const NO_CHAT: ChatView = { messages: [], waiting: [], attended: null, isOpen: false };
