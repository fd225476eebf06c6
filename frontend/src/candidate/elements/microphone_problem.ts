/** The microphone is not on: why, what helps, and the button that tries again. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";

import { microphoneAdvice } from "../microphone_words";
import { RoomElement } from "./room_element";

export class MicrophoneProblem extends RoomElement {
  protected override render(): TemplateResult | typeof nothing {
    const advice = microphoneAdvice(this.room.view.microphone);
    if (advice === null) return nothing;
    return html`<div class="alert alert-danger camera-problem" role="alert">
      <div>
        <strong>${advice.title}</strong>
        <p>${advice.fix}</p>
      </div>
      <button type="button" class="btn btn-danger" @click=${() => this.room.openMicrophone()}>Try again</button>
    </div>`;
  }
}

customElements.define("microphone-problem", MicrophoneProblem);
