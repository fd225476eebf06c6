/** What is written to a candidate and comes back, for those who watch; everybody of the institution sees the same. */

import { html, LitElement, nothing } from "lit";
import type { PropertyValues, TemplateResult } from "lit";

import { postJson } from "../candidate/requests";
import { chatForm } from "../chat/chat_form";
import { chatLines } from "../chat/chat_lines";
import { asksForHelp, newestNumber, unreadBy, withAnswered, withMessages, withRead } from "../chat/chat_log";
import type { ChatMessage, Side } from "../chat/chat_log";
import { newId } from "../chat/new_id";
import { gettext } from "../words/gettext";
import type { ConsoleLink } from "./console_socket";

interface ChatHint {
  readonly type: "chat";
  readonly session: string;
  readonly message?: ChatMessage;
  readonly read?: { readonly by: Side; readonly up_to: number };
  readonly waiting?: { readonly help_since: string | null };
}

export class ChatPanel extends LitElement {
  static override properties = {
    sessionId: { attribute: "session-id" },
    messages: { attribute: false },
    link: { attribute: false },
    mayWrite: { attribute: false },
  };

  declare sessionId: string;
  /** As they were fetched; what comes by the socket is added here. */
  declare messages: readonly ChatMessage[];
  declare link: ConsoleLink | undefined;
  /** The role may write, and the exam is not over. */
  declare mayWrite: boolean;
  private known: readonly ChatMessage[] = [];
  private text = "";
  /** The name of the text above: sent again after a failure it is the same message. */
  private clientId = newId();
  private problem: string | null = null;
  private isBusy = false;
  private readUpTo = 0;
  private shownUpTo = 0;
  private unlisten: (() => void) | null = null;

  constructor() {
    super();
    this.sessionId = "";
    this.messages = [];
    this.mayWrite = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.unlisten = this.link?.listen({ told: (message) => this.told(message), connectionChanged: () => undefined }) ?? null;
    document.addEventListener("visibilitychange", this.seen);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.unlisten?.();
    document.removeEventListener("visibilitychange", this.seen);
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("sessionId")) this.begin();
    if (changed.has("messages")) this.known = withMessages(this.known, this.messages);
  }

  protected override updated(): void {
    this.seen();
    const newest = newestNumber(this.known);
    if (newest === this.shownUpTo) return;
    this.shownUpTo = newest;
    const lines = this.querySelector(".chat-lines");
    if (lines !== null) lines.scrollTop = lines.scrollHeight;
  }

  protected override render(): TemplateResult {
    return html`<div class="chat">
      ${this.call()}
      ${chatLines({
        messages: this.known,
        waiting: [],
        mine: "proctor",
        nameOf: (message) => message.author ?? "",
        empty: gettext("Nothing was written yet."),
      })}
      ${this.mayWrite ? this.form() : nothing}
    </div>`;
  }

  private form(): TemplateResult {
    return chatForm({
      id: `chat-text-${this.sessionId}`,
      label: gettext("Write to the candidate"),
      text: this.text,
      problem: this.problem,
      isBusy: this.isBusy,
      onInput: (text) => this.typed(text),
      onSend: () => void this.send(),
    });
  }

  private call(): TemplateResult | typeof nothing {
    if (!this.mayWrite || !asksForHelp(this.known)) return nothing;
    return html`<div class="alert alert-warning chat-call">
      <span>${gettext("The candidate asks for a person. Answer here, or say that it is done.")}</span>
      <button type="button" class="btn btn-sm btn-outline-secondary" ?disabled=${this.isBusy} @click=${() => void this.settle()}>
        ${gettext("It is done")}
      </button>
    </div>`;
  }

  /** Another candidate in the same place: nothing of the one before stays, least of all a half-written line. */
  private begin(): void {
    this.known = [];
    this.text = "";
    this.clientId = newId();
    this.problem = null;
    this.readUpTo = this.shownUpTo = 0;
  }

  private typed(text: string): void {
    // Other words are another message.
    if (this.problem !== null) this.clientId = newId();
    this.text = text;
    this.problem = null;
    this.requestUpdate();
  }

  private async send(): Promise<void> {
    if (this.text.trim() === "") return;
    const { sessionId, clientId } = this;
    const answer = await this.ask("", { text: this.text, client_id: clientId });
    if (answer === null || sessionId !== this.sessionId) return;
    this.known = withMessages(this.known, [answer as ChatMessage]);
    this.clientId = newId();
    this.text = "";
    this.requestUpdate();
  }

  private async settle(): Promise<void> {
    await this.ask("answered/", {});
  }

  /** The answer, or null with words of what went wrong beside the text. */
  private async ask(what: string, body: object): Promise<unknown> {
    this.isBusy = true;
    this.problem = null;
    this.requestUpdate();
    try {
      return await postJson(`/api/v1/sessions/${this.sessionId}/messages/${what}`, body);
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
      return null;
    } finally {
      this.isBusy = false;
      this.requestUpdate();
    }
  }

  private told(message: unknown): void {
    const hint = message as Partial<ChatHint> | null;
    if (hint?.type !== "chat" || hint.session !== this.sessionId) return;
    if (hint.message !== undefined) this.known = withMessages(this.known, [hint.message]);
    if (hint.read !== undefined) this.known = withRead(this.known, hint.read.by, hint.read.up_to, new Date().toISOString());
    if (hint.waiting?.help_since === null) this.known = withAnswered(this.known, new Date().toISOString());
    this.requestUpdate();
  }

  /** What stands on a screen that somebody looks at is read. */
  private readonly seen = (): void => {
    const upTo = unreadBy("proctor", this.known).at(-1)?.number ?? 0;
    if (!this.mayWrite || document.hidden || upTo <= this.readUpTo) return;
    this.readUpTo = upTo;
    postJson(`/api/v1/sessions/${this.sessionId}/messages/read/`, { up_to: upTo }).catch(() => (this.readUpTo = 0));
  };
}

customElements.define("chat-panel", ChatPanel);
