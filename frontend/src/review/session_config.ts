/** What the server embeds in the session's page. */

import type { ChatMessage } from "../chat/chat_log";
import type { Company } from "../console/company_line";

export interface SessionConfig {
  readonly session: string;
  readonly company: Company;
  readonly chat: { readonly messages: readonly ChatMessage[]; readonly may_write: boolean };
  readonly urls: { readonly risk: string; readonly ticket: string; readonly socket: string };
}
