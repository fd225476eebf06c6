/** The candidate's socket: fetches a ticket, says hello, comes back when it is lost, and stops when told to. */

import { parseServerMessage } from "../protocol/messages";
import type { BrowserEvent, ClientMessage, Device, ServerMessage } from "../protocol/messages";
import { attemptAfterClose, finalCloseWords } from "./reconnect";
import type { ReconnectPolicy } from "./reconnect";

/** Frames are answered every second and the server pings: a minute of silence is a dead connection. */
const LONGEST_SILENCE_MS = 60_000;

export type Connection =
  | { readonly status: "connecting" | "connected" | "waiting" }
  | { readonly status: "stopped"; readonly words: string };

/** Thrown by `fetchTicket` when the server refuses for good; its message is shown to the candidate. */
export class TicketRefused extends Error {
  override readonly name = "TicketRefused";
}

export interface RoomSocketOptions {
  readonly url: string;
  readonly policy: ReconnectPolicy;
  readonly fetchTicket: () => Promise<string>;
  readonly device: () => Device;
  readonly onMessage: (message: ServerMessage) => void;
  readonly onConnection: (connection: Connection) => void;
  readonly openWebSocket?: (url: string) => WebSocket;
}

export class RoomSocket {
  private webSocket: WebSocket | null = null;
  private welcomed = false;
  private started = false;
  private attempt = 0;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private silenceTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: RoomSocketOptions) {}

  start(): void {
    if (this.started) return;
    this.started = true;
    void this.connect();
  }

  stop(): void {
    this.started = false;
    clearTimeout(this.retryTimer);
    this.drop(1000);
  }

  /** The network came back: do not sit out the delay, and do not trust a connection from before. */
  wake(): void {
    if (!this.started || (this.retryTimer === undefined && this.webSocket === null)) return;
    clearTimeout(this.retryTimer);
    this.drop(4000);
    this.attempt = 0;
    void this.connect();
  }

  get isWelcomed(): boolean {
    return this.welcomed;
  }

  sendEvents(events: readonly BrowserEvent[]): boolean {
    return this.welcomed && this.send({ type: "events", events });
  }

  sendFrame(message: Uint8Array<ArrayBuffer>): boolean {
    if (!this.welcomed || this.webSocket?.readyState !== WebSocket.OPEN) return false;
    this.webSocket.send(message);
    return true;
  }

  private async connect(): Promise<void> {
    this.retryTimer = undefined;
    this.options.onConnection({ status: "connecting" });
    let ticket: string;
    try {
      ticket = await this.options.fetchTicket();
    } catch (error) {
      if (error instanceof TicketRefused) this.halt(error.message);
      else this.retryLater();
      return;
    }
    if (this.started) this.open(ticket);
  }

  private open(ticket: string): void {
    const webSocket = (this.options.openWebSocket ?? ((url) => new WebSocket(url)))(this.options.url);
    this.webSocket = webSocket;
    this.expectSound();
    webSocket.onopen = () => this.send({ type: "hello", ticket, device: this.options.device() });
    webSocket.onmessage = (event: MessageEvent<unknown>) => this.receive(event.data);
    webSocket.onclose = (event) => this.closed(event.code);
  }

  private receive(data: unknown): void {
    this.expectSound();
    if (typeof data !== "string") return;
    let message: ServerMessage;
    try {
      message = parseServerMessage(data);
    } catch (error) {
      // A newer server may say more than this page knows: the rest of the conversation still holds.
      console.warn("unreadable message from the server", error);
      return;
    }
    if (message.type === "ping") this.send({ type: "pong" });
    if (message.type === "welcome") this.greet();
    this.options.onMessage(message);
  }

  private greet(): void {
    this.welcomed = true;
    this.attempt = 0;
    this.options.onConnection({ status: "connected" });
  }

  private closed(code: number): void {
    this.forget();
    const words = finalCloseWords(code);
    if (!this.started) return;
    if (words !== null) this.halt(words);
    else {
      this.attempt = attemptAfterClose(code, this.attempt);
      this.retryLater();
    }
  }

  private halt(words: string): void {
    this.started = false;
    this.options.onConnection({ status: "stopped", words });
  }

  private retryLater(): void {
    if (!this.started) return;
    this.options.onConnection({ status: "waiting" });
    this.retryTimer = setTimeout(() => void this.connect(), this.options.policy.delayMs(this.attempt));
    this.attempt += 1;
  }

  private expectSound(): void {
    clearTimeout(this.silenceTimer);
    this.silenceTimer = setTimeout(() => {
      this.drop(4000);
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

  private send(message: ClientMessage): boolean {
    if (this.webSocket?.readyState !== WebSocket.OPEN) return false;
    this.webSocket.send(JSON.stringify(message));
    return true;
  }
}
