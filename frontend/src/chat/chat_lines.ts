/** The lines of a chat, for either side: text is text, whatever it looks like. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";

import { gettext } from "../words/gettext";
import type { ChatMessage, Side } from "./chat_log";

/** Written here and not yet known to the server. */
export interface WaitingLine {
  readonly client_id: string;
  readonly kind: "chat" | "help";
  readonly text: string;
  /** Why it was not taken; null while it waits for the line. */
  readonly problem: string | null;
}

export interface LinesView {
  readonly messages: readonly ChatMessage[];
  readonly waiting: readonly WaitingLine[];
  readonly mine: Side;
  readonly nameOf: (message: ChatMessage) => string;
  readonly empty: string;
}

export function chatLines(view: LinesView): TemplateResult {
  const isEmpty = view.messages.length === 0 && view.waiting.length === 0;
  return html`<div class="chat-lines" role="log" aria-label=${gettext("Messages")} tabindex="0">
    ${isEmpty ? html`<div class="chat-empty quiet">${view.empty}</div>` : nothing}
    ${view.messages.map((message) => line(message, view))}
    ${view.waiting.map((waiting) => waitingLine(waiting))}
  </div>`;
}

function line(message: ChatMessage, { mine, nameOf }: LinesView): TemplateResult {
  const isMine = message.side === mine;
  return html`<div class="chat-line ${isMine ? "chat-mine" : ""} ${message.kind === "help" ? "chat-help" : ""}">
    <p class="chat-meta quiet">${nameOf(message)}, <time datetime=${message.sent_at}>${timeWords(message.sent_at)}</time></p>
    <p class="chat-text">${textOf(message)}</p>
    ${isMine && message.read_at !== null ? html`<p class="chat-meta quiet">${gettext("Read")}</p>` : nothing}
  </div>`;
}

function waitingLine({ kind, text, problem }: WaitingLine): TemplateResult {
  return html`<div class="chat-line chat-mine chat-waiting">
    <p class="chat-text">${textOf({ kind, text })}</p>
    <p class="chat-meta ${problem === null ? "quiet" : "chat-problem"}">${problem ?? gettext("Waits to be sent")}</p>
  </div>`;
}

export function textOf({ kind, text }: Pick<ChatMessage, "kind" | "text">): string {
  return kind === "help" && text === "" ? gettext("Asked for a person") : text;
}

/** In the zone of whoever reads it. */
function timeWords(at: string): string {
  return new Date(at).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}
