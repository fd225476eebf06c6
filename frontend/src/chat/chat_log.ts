/** What was written between a candidate and those who watch: pure, so that a hint and a reload give the same lines. */

export type Side = "candidate" | "proctor";

export interface ChatMessage {
  /** Counts within the session, from 1. */
  readonly number: number;
  /** The writer's own name for it. */
  readonly client_id: string;
  readonly side: Side;
  readonly kind: "chat" | "help";
  /** Empty only where a person is asked for without words. */
  readonly text: string;
  readonly sent_at: string;
  /** When the other side had read it. */
  readonly read_at: string | null;
  readonly answered_at: string | null;
  /** A name, where those who watch are told it. */
  readonly author?: string;
}

export const LONGEST_MESSAGE = 1000;

/** In order, each number once; what comes later is the newer word on it. */
export function withMessages(known: readonly ChatMessage[], news: readonly ChatMessage[]): readonly ChatMessage[] {
  const byNumber = new Map(known.map((message) => [message.number, message]));
  for (const message of news) byNumber.set(message.number, message);
  return [...byNumber.values()].sort((one, other) => one.number - other.number);
}

/** One side has read what the other wrote, up to that number. */
export function withRead(known: readonly ChatMessage[], by: Side, upTo: number, at: string): readonly ChatMessage[] {
  return known.map((message) =>
    message.side !== by && message.number <= upTo && message.read_at === null ? { ...message, read_at: at } : message,
  );
}

/** The calls for a person were answered. */
export function withAnswered(known: readonly ChatMessage[], at: string): readonly ChatMessage[] {
  return known.map((message) =>
    message.kind === "help" && message.answered_at === null ? { ...message, answered_at: at, read_at: message.read_at ?? at } : message,
  );
}

/** What the other side wrote and this one has not read. */
export function unreadBy(side: Side, known: readonly ChatMessage[]): readonly ChatMessage[] {
  return known.filter((message) => message.side !== side && message.read_at === null);
}

export function newestNumber(known: readonly ChatMessage[]): number {
  return known.at(-1)?.number ?? 0;
}

export function asksForHelp(known: readonly ChatMessage[]): boolean {
  return known.some(({ kind, answered_at }) => kind === "help" && answered_at === null);
}
