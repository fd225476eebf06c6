/** A camera or microphone that is not on: why, what helps, and the button that tries again. */

import { html } from "lit";
import type { TemplateResult } from "lit";

import { gettext } from "../../words/gettext";
import type { CameraAdvice } from "../camera_words";

export function deviceProblem(advice: CameraAdvice, tryAgain: () => unknown): TemplateResult {
  return html`<div class="alert alert-danger camera-problem" role="alert">
    <div>
      <strong>${advice.title}</strong>
      <p>${advice.fix}</p>
    </div>
    <button type="button" class="btn btn-danger" @click=${tryAgain}>${gettext("Try again")}</button>
  </div>`;
}
