/** Where a message is written: Enter sends it, Shift and Enter begin a new line. */

import { html, nothing } from "lit";
import { live } from "lit/directives/live.js";
import type { TemplateResult } from "lit";

import { gettext } from "../words/gettext";
import { LONGEST_MESSAGE } from "./chat_log";

const NEARLY_FULL = LONGEST_MESSAGE - 100;

export interface FormView {
  readonly id: string;
  readonly label: string;
  readonly text: string;
  readonly problem: string | null;
  readonly isBusy: boolean;
  readonly onInput: (text: string) => void;
  readonly onSend: () => void;
}

export function chatForm(view: FormView): TemplateResult {
  const left = LONGEST_MESSAGE - view.text.length;
  return html`<form
    class="chat-form"
    @submit=${(event: Event) => {
      event.preventDefault();
      view.onSend();
    }}
  >
    <label class="form-label" for=${view.id}>${view.label}</label>
    <textarea
      id=${view.id}
      class="form-control"
      rows="2"
      maxlength=${LONGEST_MESSAGE}
      aria-describedby="${view.id}-hint"
      .value=${live(view.text)}
      @input=${(event: InputEvent) => view.onInput((event.target as HTMLTextAreaElement).value)}
      @keydown=${(event: KeyboardEvent) => sentByEnter(event, view)}
    ></textarea>
    ${view.problem === null ? nothing : html`<p class="chat-problem" role="alert">${view.problem}</p>`}
    <div class="chat-form-foot">
      <span class="form-text" id="${view.id}-hint"
        >${view.text.length > NEARLY_FULL
          ? gettext("%(left)s characters are left.", { left })
          : gettext("Enter sends, Shift and Enter begin a new line.")}</span
      >
      <button class="btn btn-sm btn-primary" ?disabled=${view.isBusy}>${gettext("Send")}</button>
    </div>
  </form>`;
}

function sentByEnter(event: KeyboardEvent, view: FormView): void {
  // Enter that ends a word of an input method is not meant for us.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  if (!view.isBusy) view.onSend();
}
