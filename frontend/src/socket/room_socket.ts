/** The candidate's socket: what is said to the server, and what it says, in the words of the protocol. */

import { parseServerMessage } from "../protocol/messages";
import type { BrowserEvent, ClientMessage, Device, ServerMessage } from "../protocol/messages";
import { finalCloseWords } from "./reconnect";
import type { ReconnectPolicy } from "./reconnect";
import { TicketSocket } from "./ticket_socket";
import type { Connection } from "./ticket_socket";

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
  private readonly socket: TicketSocket;

  constructor(private readonly options: RoomSocketOptions) {
    this.socket = new TicketSocket({
      ...options,
      openWebSocket: options.openWebSocket,
      hello: (ticket) => ({ type: "hello", ticket, device: options.device() }),
      finalWords: finalCloseWords,
      onText: (text) => this.receive(text),
    });
  }

  start(): void {
    this.socket.start();
  }

  stop(): void {
    this.socket.stop();
  }

  /** The network came back. */
  wake(): void {
    if (this.socket.isRunning) this.socket.restart();
  }

  get isWelcomed(): boolean {
    return this.socket.isWelcomed;
  }

  sendEvents(events: readonly BrowserEvent[]): boolean {
    return this.isWelcomed && this.socket.send({ type: "events", events });
  }

  say(message: ClientMessage): boolean {
    return this.isWelcomed && this.socket.send(message);
  }

  sendFrame(message: Uint8Array<ArrayBuffer>): boolean {
    return this.isWelcomed && this.socket.sendData(message);
  }

  private receive(text: string): void {
    let message: ServerMessage;
    try {
      message = parseServerMessage(text);
    } catch (error) {
      // A newer server may say more than this page knows: the rest of the conversation still holds.
      console.warn("unreadable message from the server", error);
      return;
    }
    if (message.type === "ping") this.socket.send({ type: "pong" });
    if (message.type === "welcome") this.socket.greet();
    this.options.onMessage(message);
  }
}
