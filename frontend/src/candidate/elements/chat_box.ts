/** The chat with the proctors: a button that counts what is new, and the box that it opens. */

import { html, nothing } from "lit";
import type { PropertyValues, TemplateResult } from "lit";

import { chatForm } from "../../chat/chat_form";
import { chatLines } from "../../chat/chat_lines";
import { asksForHelp, newestNumber, unreadBy } from "../../chat/chat_log";
import { gettext, ngettext } from "../../words/gettext";
import type { ChatView } from "../chat_view";
import { RoomElement } from "./room_element";

export function waitingWords(chat: ChatView): string {
  const isCalling = asksForHelp(chat.messages) || chat.waiting.some(({ kind }) => kind === "help");
  if (chat.attended === false) {
    return isCalling
      ? gettext("Nobody is here right now. Your call stands on top of the proctors’ screen when they come. Keep working.")
      : gettext("Nobody is here right now. What you write waits until a proctor comes.");
  }
  if (isCalling) return gettext("A proctor was called. Keep working; the answer comes here.");
  return chat.attended === true ? gettext("A proctor is here.") : "";
}

/** Stands where the page wants it. */
export class ChatButton extends RoomElement {
  protected override render(): TemplateResult {
    const { chat } = this.room.view;
    const unread = unreadBy("candidate", chat.messages).length;
    return html`<button
        type="button"
        class="btn btn-outline-secondary chat-button ${unread > 0 ? "chat-button-new" : ""}"
        data-action="chat"
        aria-expanded=${chat.isOpen}
        aria-controls="chat-box"
        @click=${() => this.room.chat.toggle()}
      >
        ${gettext("Ask a person")} ${unread > 0 ? html`<span class="chat-count">${unread}</span>` : nothing}
      </button>
      <span class="visually-hidden" role="status"
        >${unread > 0 && !chat.isOpen ? ngettext("A proctor wrote to you.", "Proctors wrote you %(count)s messages.", unread) : nothing}</span
      >`;
  }
}

export class ChatBox extends RoomElement {
  private text = "";
  private wasOpen = false;
  private shownUpTo = 0;

  protected override render(): TemplateResult | typeof nothing {
    const { chat } = this.room.view;
    if (!chat.isOpen) return nothing;
    return html`<section
      id="chat-box"
      class="chat-box"
      aria-labelledby="chat-title"
      @keydown=${(event: KeyboardEvent) => event.key === "Escape" && this.close()}
    >
      <header class="chat-box-head">
        <h2 id="chat-title" class="h3">${gettext("Proctors")}</h2>
        <button type="button" class="btn btn-sm btn-outline-secondary" data-action="close-chat" @click=${() => this.close()}>${gettext("Close")}</button>
      </header>
      <p class="quiet chat-waiting-words" role="status">${waitingWords(chat)}</p>
      ${chatLines({
        messages: chat.messages,
        waiting: chat.waiting,
        mine: "candidate",
        nameOf: ({ side }) => (side === "candidate" ? gettext("You") : gettext("Proctor")),
        empty: gettext("Write to the proctors here, or ask for a person. It is noted that you wrote; the report does not show what."),
      })}
      ${this.call(chat)}
      ${chatForm({
        id: "chat-text",
        label: gettext("Your message"),
        text: this.text,
        problem: null,
        isBusy: false,
        onInput: (text) => this.typed(text),
        onSend: () => this.send(),
      })}
    </section>`;
  }

  protected override updated(_changed: PropertyValues): void {
    const { chat } = this.room.view;
    if (chat.isOpen && !this.wasOpen) this.querySelector<HTMLElement>("#chat-text")?.focus();
    this.wasOpen = chat.isOpen;
    const newest = newestNumber(chat.messages) + chat.waiting.length;
    const lines = this.querySelector(".chat-lines");
    if (lines === null || newest === this.shownUpTo) return;
    this.shownUpTo = newest;
    lines.scrollTop = lines.scrollHeight;
  }

  private call(chat: ChatView): TemplateResult | typeof nothing {
    if (asksForHelp(chat.messages) || chat.waiting.some(({ kind, problem }) => kind === "help" && problem === null)) return nothing;
    return html`<button type="button" class="btn btn-sm btn-outline-secondary" data-action="ask-person" @click=${() => this.ask()}>
      ${gettext("Call a proctor")}
    </button>`;
  }

  /** The button goes away once it is pressed: the focus goes to where one writes. */
  private ask(): void {
    this.room.chat.askForPerson();
    this.querySelector<HTMLElement>("#chat-text")?.focus();
  }

  private typed(text: string): void {
    this.text = text;
    this.requestUpdate();
  }

  private send(): void {
    this.room.chat.write(this.text);
    this.typed(this.text.trim() === "" ? this.text : "");
  }

  private close(): void {
    this.room.chat.toggle(false);
    document.querySelector<HTMLElement>("[data-action='chat']")?.focus();
  }
}

customElements.define("chat-button", ChatButton);
customElements.define("chat-box", ChatBox);
