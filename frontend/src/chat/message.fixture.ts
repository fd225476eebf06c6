/** A line of a chat, for tests. */

import type { ChatMessage } from "./chat_log";

export function message(number: number, changes: Partial<ChatMessage> = {}): ChatMessage {
  return {
    number,
    client_id: `id-${number}`,
    side: "candidate",
    kind: "chat",
    text: `Line ${number}`,
    sent_at: "2030-01-31T09:00:00Z",
    read_at: null,
    answered_at: null,
    ...changes,
  };
}
