/** The console's socket: a ticket, a hello, hints; comes back when it is lost, and says when it cannot. */

import { postJson, RequestRefused } from "../candidate/requests";
import { attemptAfterClose } from "../socket/reconnect";
import type { ReconnectPolicy } from "../socket/reconnect";

/** The server pings every 20 s: three of them missed is a dead connection. */
const LONGEST_SILENCE_MS = 65_000;

const FINAL_WORDS: Readonly<Record<number, string>> = {
  4403: "Your role may not watch this exam any more. Ask an owner of your institution.",
  4404: "This exam or session does not exist any more.",
};

export const SIGNED_OUT = "You are signed out. Sign in again to go on watching.";

export type ConsoleConnection =
  | { readonly status: "connecting" | "live" | "waiting" }
  | { readonly status: "stopped"; readonly words: string };

export type Topic = { readonly exam: string } | { readonly session: string };

export interface ConsoleSocketOptions {
  readonly url: string;
  readonly ticketUrl: string;
  readonly topic: Topic;
  readonly policy: ReconnectPolicy;
  readonly onConnection: (connection: ConsoleConnection) => void;
  readonly onMessage: (message: unknown) => void;
  readonly fetchTicket?: (url: string) => Promise<string>;
  readonly openWebSocket?: (url: string) => WebSocket;
}

export class ConsoleSocket {
  private webSocket: WebSocket | null = null;
  private attempt = 0;
  private running = false;
  /** A ticket that comes after a newer try has begun opens nothing. */
  private turn = 0;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private silenceTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: ConsoleSocketOptions) {}

  start(): void {
    if (this.running) return;
    this.running = true;
    void this.connect();
  }

  stop(): void {
    this.running = false;
    clearTimeout(this.retryTimer);
    this.drop();
  }

  /** The person asked, or the network came back: do not sit out the delay. */
  retryNow(): void {
    clearTimeout(this.retryTimer);
    this.drop();
    this.attempt = 0;
    this.running = true;
    void this.connect();
  }

  private async connect(): Promise<void> {
    this.turn += 1;
    const { turn } = this;
    this.options.onConnection({ status: "connecting" });
    let ticket: string;
    try {
      ticket = await (this.options.fetchTicket ?? fetchConsoleTicket)(this.options.ticketUrl);
    } catch (error) {
      if (turn !== this.turn) return;
      if (error instanceof RequestRefused) this.halt(error.message);
      else this.retryLater();
      return;
    }
    if (this.running && turn === this.turn) this.open(ticket);
  }

  private open(ticket: string): void {
    const webSocket = (this.options.openWebSocket ?? ((url) => new WebSocket(url)))(this.options.url);
    this.webSocket = webSocket;
    this.expectSound();
    webSocket.onopen = () => webSocket.send(JSON.stringify({ type: "hello", ticket, ...this.options.topic }));
    webSocket.onmessage = (event: MessageEvent<unknown>) => this.receive(webSocket, event.data);
    webSocket.onclose = (event) => this.closed(event.code);
  }

  private receive(webSocket: WebSocket, data: unknown): void {
    this.expectSound();
    const message = parsed(data);
    const type = (message as { type?: unknown } | null)?.type;
    if (type === "ping") webSocket.send(JSON.stringify({ type: "pong" }));
    else if (type === "welcome") {
      this.attempt = 0;
      this.options.onConnection({ status: "live" });
    } else this.options.onMessage(message);
  }

  private closed(code: number): void {
    this.forget();
    const words = FINAL_WORDS[code];
    if (words !== undefined) this.halt(words);
    else {
      this.attempt = attemptAfterClose(code, this.attempt);
      this.retryLater();
    }
  }

  private halt(words: string): void {
    this.running = false;
    this.options.onConnection({ status: "stopped", words });
  }

  private retryLater(): void {
    if (!this.running) return;
    this.options.onConnection({ status: "waiting" });
    clearTimeout(this.retryTimer);
    this.retryTimer = setTimeout(() => void this.connect(), this.options.policy.delayMs(this.attempt));
    this.attempt += 1;
  }

  private expectSound(): void {
    clearTimeout(this.silenceTimer);
    this.silenceTimer = setTimeout(() => {
      this.drop();
      this.retryLater();
    }, LONGEST_SILENCE_MS);
  }

  private drop(): void {
    const webSocket = this.webSocket;
    this.forget();
    webSocket?.close(1000);
  }

  private forget(): void {
    clearTimeout(this.silenceTimer);
    if (this.webSocket !== null) {
      this.webSocket.onopen = null;
      this.webSocket.onmessage = null;
      this.webSocket.onclose = null;
    }
    this.webSocket = null;
  }
}

/** Somebody who is signed out is sent to the sign-in page, which is no ticket. */
export async function fetchConsoleTicket(url: string): Promise<string> {
  const answer = await postJson(url, {});
  const ticket = typeof answer === "object" && answer !== null ? (answer as { ticket?: unknown }).ticket : undefined;
  if (typeof ticket !== "string") throw new RequestRefused(401, "signed_out", SIGNED_OUT);
  return ticket;
}

export function socketUrl(path: string, page: Pick<Location, "protocol" | "host"> = location): string {
  return `${page.protocol === "https:" ? "wss" : "ws"}://${page.host}${path}`;
}

function parsed(data: unknown): unknown {
  try {
    return typeof data === "string" ? (JSON.parse(data) as unknown) : null;
  } catch {
    return null;
  }
}
