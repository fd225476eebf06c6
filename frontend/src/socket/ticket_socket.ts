/** A socket that begins with a ticket, comes back when it is lost, and stops with words when told to. */

import { attemptAfterClose } from "./reconnect";
import type { ReconnectPolicy } from "./reconnect";

/** The server pings every 20 s: three of them missed is a dead connection. */
const LONGEST_SILENCE_MS = 65_000;
/** On a slow line pictures and sound would pile up behind each other: what cannot leave soon is not sent. */
const MOST_WAITING_BYTES = 256 * 1024;
const NORMAL = 1000;
const NOT_TRUSTED = 4000;

export type Connection =
  | { readonly status: "connecting" | "connected" | "waiting" }
  | { readonly status: "stopped"; readonly words: string };

/** Thrown by `fetchTicket` when the server refuses for good; its message is shown. */
export class TicketRefused extends Error {
  override readonly name = "TicketRefused";
}

/** As safe as the page that it belongs to. */
export function socketUrl(path: string, page: Pick<Location, "protocol" | "host"> = location): string {
  return `${page.protocol === "https:" ? "wss" : "ws"}://${page.host}${path}`;
}

export interface TicketSocketOptions {
  readonly url: string;
  readonly policy: ReconnectPolicy;
  readonly fetchTicket: () => Promise<string>;
  readonly hello: (ticket: string) => object;
  /** Words for a close after which trying again is pointless. */
  readonly finalWords: (code: number) => string | null;
  readonly onText: (text: string) => void;
  readonly onConnection: (connection: Connection) => void;
  readonly openWebSocket: ((url: string) => WebSocket) | undefined;
}

export class TicketSocket {
  private webSocket: WebSocket | null = null;
  private welcomed = false;
  private running = false;
  private attempt = 0;
  /** A ticket that comes after a newer try has begun opens nothing. */
  private turn = 0;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private silenceTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: TicketSocketOptions) {}

  start(): void {
    if (this.running) return;
    this.running = true;
    void this.connect();
  }

  stop(): void {
    this.running = false;
    clearTimeout(this.retryTimer);
    this.drop(NORMAL);
  }

  /** Do not sit out the delay, and do not trust a connection from before. */
  restart(): void {
    clearTimeout(this.retryTimer);
    this.drop(NOT_TRUSTED);
    this.attempt = 0;
    this.running = true;
    void this.connect();
  }

  get isRunning(): boolean {
    return this.running;
  }

  get isWelcomed(): boolean {
    return this.welcomed;
  }

  /** The server has answered the hello. */
  greet(): void {
    this.welcomed = true;
    this.attempt = 0;
    this.options.onConnection({ status: "connected" });
  }

  send(message: object): boolean {
    return this.sendData(JSON.stringify(message));
  }

  sendData(data: string | Uint8Array<ArrayBuffer>): boolean {
    if (this.webSocket?.readyState !== WebSocket.OPEN) return false;
    if (typeof data !== "string" && this.webSocket.bufferedAmount > MOST_WAITING_BYTES) return false;
    this.webSocket.send(data);
    return true;
  }

  private async connect(): Promise<void> {
    this.turn += 1;
    const { turn } = this;
    this.options.onConnection({ status: "connecting" });
    let ticket: string;
    try {
      ticket = await this.options.fetchTicket();
    } catch (error) {
      if (turn !== this.turn) return;
      if (error instanceof TicketRefused) this.halt(error.message);
      else this.retryLater();
      return;
    }
    if (this.running && turn === this.turn) this.open(ticket);
  }

  private open(ticket: string): void {
    const webSocket = (this.options.openWebSocket ?? ((url) => new WebSocket(url)))(this.options.url);
    this.webSocket = webSocket;
    this.expectSound();
    webSocket.onopen = () => this.send(this.options.hello(ticket));
    webSocket.onmessage = (event: MessageEvent<unknown>) => {
      this.expectSound();
      if (typeof event.data === "string") this.options.onText(event.data);
    };
    webSocket.onclose = (event) => this.closed(event.code);
  }

  private closed(code: number): void {
    this.forget();
    if (!this.running) return;
    const words = this.options.finalWords(code);
    if (words !== null) this.halt(words);
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
      this.drop(NOT_TRUSTED);
      this.retryLater();
    }, LONGEST_SILENCE_MS);
  }

  /** Closes without waiting for the closing handshake, which a dead connection never finishes. */
  private drop(code: number): void {
    const webSocket = this.webSocket;
    this.forget();
    webSocket?.close(code);
  }

  private forget(): void {
    clearTimeout(this.silenceTimer);
    if (this.webSocket !== null) {
      this.webSocket.onopen = null;
      this.webSocket.onmessage = null;
      this.webSocket.onclose = null;
    }
    this.webSocket = null;
    this.welcomed = false;
  }
}
