/** The candidate's side of the chat: what is written without a line waits and goes later, once. */

import { asksForHelp, newestNumber, unreadBy, withAnswered, withMessages, withRead } from "../chat/chat_log";
import type { ChatMessage } from "../chat/chat_log";
import type { WaitingLine } from "../chat/chat_lines";
import { newId } from "../chat/new_id";
import type { ServerMessage, SessionView } from "../protocol/messages";
import { ChatOutbox } from "./chat_outbox";
import type { ChatView } from "./chat_view";
import type { RoomHost, RoomPart } from "./room_part";
import { hasEnded } from "./room_view";

/** An answer that does not come was lost: what is sent twice is there once. */
const SEND_AGAIN_MS = 15_000;
/** The server's own patience with many messages. */
const TOO_FAST_MS = 60_000;

export class ChatPart implements RoomPart {
  private readonly outbox: ChatOutbox;
  private readonly problems = new Map<string, string>();
  private refused: readonly WaitingLine[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly host: RoomHost,
    storage: Storage = localStorage,
  ) {
    this.outbox = new ChatOutbox(host.config.session.id, storage);
  }

  begin(): void {
    document.addEventListener("visibilitychange", this.look);
    this.show({});
  }

  end(): void {
    document.removeEventListener("visibilitychange", this.look);
    clearTimeout(this.timer);
  }

  welcomed(): void {
    this.host.say({ type: "chat_since", number: newestNumber(this.view.messages) });
    this.sendAll();
  }

  interrupted(): void {
    clearTimeout(this.timer);
  }

  sessionChanged(session: SessionView): void {
    // Nothing of a person's words stays in a browser that others may use.
    if (hasEnded(session)) this.outbox.clear();
  }

  received(message: ServerMessage): void {
    const now = new Date().toISOString();
    switch (message.type) {
      case "chat":
        return this.take([message.message], message.message.side === "proctor" || (message.attended ?? this.view.attended));
      case "chat_history":
        return this.take(message.messages, message.attended);
      case "chat_read":
        return this.show({ messages: withRead(this.view.messages, "proctor", message.up_to, now), attended: true });
      case "chat_settled":
        return this.show({ messages: withAnswered(this.view.messages, now), attended: true });
      case "chat_refused":
        return this.refuse(message.client_id, message.code, message.text);
    }
  }

  write(text: string): void {
    if (text.trim() !== "") this.send("chat", text);
  }

  /** A call that is open already is not made twice. */
  askForPerson(): void {
    const isOpen = asksForHelp(this.view.messages) || this.outbox.all.some(({ kind }) => kind === "help");
    if (!isOpen) this.send("help", "");
  }

  toggle(isOpen = !this.view.isOpen): void {
    this.show({ isOpen });
    this.look();
  }

  private get view(): ChatView {
    return this.host.view.chat;
  }

  private send(kind: "chat" | "help", text: string): void {
    this.outbox.add({ client_id: newId(), kind, text });
    this.show({});
    this.sendAll();
  }

  private sendAll(): void {
    clearTimeout(this.timer);
    if (this.outbox.all.length === 0) return;
    for (const line of this.outbox.all) this.host.say({ type: "chat", ...line });
    this.timer = setTimeout(() => this.sendAll(), this.problems.size > 0 ? TOO_FAST_MS : SEND_AGAIN_MS);
  }

  private take(messages: readonly ChatMessage[], attended: boolean | null): void {
    for (const { client_id } of messages) {
      this.outbox.remove(client_id);
      this.problems.delete(client_id);
    }
    const known = withMessages(this.view.messages, messages);
    // An answer of a proctor answers every call before it.
    const answered = messages.some(({ side }) => side === "proctor") ? this.answered(known) : known;
    this.show({ messages: answered, attended });
    this.look();
  }

  private answered(known: readonly ChatMessage[]): readonly ChatMessage[] {
    const newest = known.filter(({ side }) => side === "proctor").at(-1);
    const before = known.filter(({ number }) => number < (newest?.number ?? 0));
    return withMessages(known, withAnswered(before, newest?.sent_at ?? ""));
  }

  /** What comes too fast waits; anything else is not taken at all, and its words stay to be seen. */
  private refuse(clientId: string, code: string, words: string): void {
    const line = this.outbox.all.find(({ client_id }) => client_id === clientId);
    if (line === undefined) return;
    if (code === "too_fast") this.problems.set(clientId, words);
    else {
      this.outbox.remove(clientId);
      this.refused = [...this.refused, { ...line, problem: words }];
    }
    this.show({});
    if (code === "too_fast") {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.sendAll(), TOO_FAST_MS);
    }
  }

  /** What stands open on a screen that somebody looks at is read. */
  private readonly look = (): void => {
    const { messages, isOpen } = this.view;
    const upTo = unreadBy("candidate", messages).at(-1)?.number;
    if (upTo === undefined || !isOpen || document.hidden) return;
    if (this.host.say({ type: "chat_read", up_to: upTo })) {
      this.show({ messages: withRead(messages, "candidate", upTo, new Date().toISOString()) });
    }
  };

  private show(change: Partial<ChatView>): void {
    const waiting = this.outbox.all.map((line) => ({ ...line, problem: this.problems.get(line.client_id) ?? null }));
    this.host.show({ chat: { ...this.view, ...change, waiting: [...this.refused, ...waiting] } });
  }
}
