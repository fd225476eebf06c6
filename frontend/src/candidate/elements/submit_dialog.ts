/** Handing in is final, so it is asked once more, with the time that would be given up. */

import { html } from "lit";
import type { TemplateResult } from "lit";

import { clockText } from "../countdown";
import { RoomElement } from "./room_element";
import { gettext } from "../../words/gettext";

export class SubmitDialog extends RoomElement {
  private remainingText = "";

  open(): void {
    const remainingMs = this.room.countdown.remainingMs();
    this.remainingText = remainingMs === null ? "" : clockText(remainingMs);
    this.requestUpdate();
    this.dialog()?.showModal();
  }

  protected override render(): TemplateResult {
    return html`<dialog class="submit-dialog" aria-labelledby="submit-title">
      <h2 id="submit-title">${gettext("Hand in your exam?")}</h2>
      <p>${gettext("You still have %(time)s. After handing in you cannot come back to your answers.", { time: this.remainingText })}</p>
      <div class="submit-dialog-actions">
        <button type="button" class="btn btn-outline-secondary" autofocus @click=${() => this.dialog()?.close()}>${gettext("Keep working")}</button>
        <button type="button" class="btn btn-primary" data-action="confirm-submit" @click=${() => this.confirm()}>${gettext("Hand in")}</button>
      </div>
    </dialog>`;
  }

  private confirm(): void {
    this.dialog()?.close();
    void this.room.submit("asked");
  }

  private dialog(): HTMLDialogElement | null {
    return this.querySelector("dialog");
  }
}

customElements.define("submit-dialog", SubmitDialog);
