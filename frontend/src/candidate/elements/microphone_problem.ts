/** The microphone is not on: why, what helps, and the button that tries again. */

import { nothing } from "lit";
import type { TemplateResult } from "lit";

import { microphoneAdvice } from "../microphone_words";
import { deviceProblem } from "./device_problem";
import { RoomElement } from "./room_element";

export class MicrophoneProblem extends RoomElement {
  protected override render(): TemplateResult | typeof nothing {
    const advice = microphoneAdvice(this.room.view.microphone);
    if (advice === null) return nothing;
    return deviceProblem(advice, () => this.room.openMicrophone());
  }
}

customElements.define("microphone-problem", MicrophoneProblem);
