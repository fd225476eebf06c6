/** What the server embeds in the session's page. */

import type { ChatMessage } from "../chat/chat_log";

export interface SessionConfig {
  readonly session: string;
  readonly chat: { readonly messages: readonly ChatMessage[]; readonly may_write: boolean };
  readonly urls: { readonly risk: string; readonly ticket: string; readonly socket: string };
}
