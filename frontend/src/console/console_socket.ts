/** The console's socket: a ticket, a hello with what is watched, hints. */

import { postJson, RequestRefused } from "../candidate/requests";
import type { ReconnectPolicy } from "../socket/reconnect";
import { TicketRefused, TicketSocket } from "../socket/ticket_socket";
import type { Connection } from "../socket/ticket_socket";
import { gettext } from "../words/gettext";

const FINAL_WORDS: Readonly<Record<number, string>> = {
  4403: gettext("You may not watch this exam any more. Reload the page: it says why."),
  4404: gettext("This exam or session does not exist any more."),
};

export const SIGNED_OUT = gettext("You are signed out. Sign in again to go on watching.");

export type Topic = { readonly exam: string } | { readonly session: string };

/** What a part of a page hears beside the page itself. */
export interface ConsoleListener {
  readonly told: (message: unknown) => void;
  readonly connectionChanged: (connection: Connection) => void;
}

/** What a part of a page needs of the socket. */
export interface ConsoleLink {
  readonly isWelcomed: boolean;
  /** Said now or not at all: false when the socket cannot take it. */
  say(message: object): boolean;
  /** The returned function ends it. */
  listen(listener: ConsoleListener): () => void;
}

export interface ConsoleSocketOptions {
  readonly url: string;
  readonly ticketUrl: string;
  readonly topic: Topic;
  readonly policy: ReconnectPolicy;
  readonly onConnection: (connection: Connection) => void;
  readonly onMessage: (message: unknown) => void;
  readonly fetchTicket?: (url: string) => Promise<string>;
  readonly openWebSocket?: (url: string) => WebSocket;
}

export class ConsoleSocket implements ConsoleLink {
  private readonly listeners = new Set<ConsoleListener>();
  private readonly socket: TicketSocket;

  constructor(private readonly options: ConsoleSocketOptions) {
    this.socket = new TicketSocket({
      ...options,
      openWebSocket: options.openWebSocket,
      fetchTicket: () => this.ticket(),
      hello: (ticket) => ({ type: "hello", ticket, ...options.topic }),
      finalWords: (code) => FINAL_WORDS[code] ?? null,
      onText: (text) => this.receive(text),
      onConnection: (connection) => this.connectionChanged(connection),
    });
  }

  start(): void {
    this.socket.start();
  }

  stop(): void {
    this.socket.stop();
  }

  /** The person asked, or the network came back. */
  retryNow(): void {
    this.socket.restart();
  }

  get isWelcomed(): boolean {
    return this.socket.isWelcomed;
  }

  say(message: object): boolean {
    return this.isWelcomed && this.socket.send(message);
  }

  listen(listener: ConsoleListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private connectionChanged(connection: Connection): void {
    this.options.onConnection(connection);
    for (const listener of this.listeners) listener.connectionChanged(connection);
  }

  private async ticket(): Promise<string> {
    try {
      return await (this.options.fetchTicket ?? fetchConsoleTicket)(this.options.ticketUrl);
    } catch (error) {
      if (error instanceof RequestRefused) throw new TicketRefused(error.message);
      throw error;
    }
  }

  private receive(text: string): void {
    const message = parsed(text);
    const type = (message as { type?: unknown } | null)?.type;
    if (type === "ping") this.socket.send({ type: "pong" });
    else if (type === "welcome") this.socket.greet();
    else {
      this.options.onMessage(message);
      for (const listener of this.listeners) listener.told(message);
    }
  }
}

/** Somebody who is signed out is sent to the sign-in page, which is no ticket. */
export async function fetchConsoleTicket(url: string): Promise<string> {
  const answer = await postJson(url, {});
  const ticket = typeof answer === "object" && answer !== null ? (answer as { ticket?: unknown }).ticket : undefined;
  if (typeof ticket !== "string") throw new RequestRefused(401, "signed_out", SIGNED_OUT);
  return ticket;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
