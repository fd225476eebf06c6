/** Which camera, where there are several; shown while one is on. */

import { html, LitElement, nothing } from "lit";
import type { TemplateResult } from "lit";

import { gettext } from "../../words/gettext";
import type { Camera, CameraChoice } from "../camera";

export class CameraChoiceElement extends LitElement {
  static override properties = { camera: { attribute: false }, status: { attribute: false }, choices: { state: true } };

  declare camera: Camera;
  /** Asked anew when this changes: names are told only once a camera is allowed. */
  declare status: string;
  declare private choices: readonly CameraChoice[];

  constructor() {
    super();
    this.choices = [];
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has("status")) void this.ask();
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.choices.length < 2) return nothing;
    return html`<label class="camera-choice">
      ${gettext("Camera")}
      <select class="form-select" @change=${(event: Event) => this.camera.choose((event.target as HTMLSelectElement).value)}>
        ${this.choices.map(({ id, label }) => html`<option value=${id} ?selected=${id === this.camera.id}>${label}</option>`)}
      </select>
    </label>`;
  }

  private async ask(): Promise<void> {
    this.choices = await this.camera.choices();
  }
}

customElements.define("camera-choice", CameraChoiceElement);
