/** How loud the microphone hears, so that somebody who speaks sees that it works. */

import { html, LitElement } from "lit";
import type { TemplateResult } from "lit";

import { gettext } from "../../words/gettext";

const LOOK_INTERVAL_MS = 150;
const QUIETEST_DB = -60;

/** 0 in silence, 1 as loud as it goes. */
export function meterShare(levelDb: number): number {
  return Math.min(1, Math.max(0, 1 - levelDb / QUIETEST_DB));
}

export class MicrophoneMeter extends LitElement {
  static override properties = { levelDb: { attribute: false }, heard: { state: true }, share: { state: true } };

  /** Asked a few times a second. */
  declare levelDb: () => number;
  declare private heard: boolean;
  declare private share: number;
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    [this.heard, this.share] = [false, 0];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.timer = setInterval(() => this.look(), LOOK_INTERVAL_MS);
  }

  override disconnectedCallback(): void {
    clearInterval(this.timer);
    super.disconnectedCallback();
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override render(): TemplateResult {
    const words = this.heard ? gettext("Your microphone hears you.") : gettext("Say something: the bar moves when your microphone hears you.");
    return html`<label class="microphone-meter">
      <span role="status">${words}</span>
      <meter min="0" max="1" .value=${this.share}></meter>
    </label>`;
  }

  private look(): void {
    this.share = meterShare(this.levelDb());
    if (this.share > 0.4) this.heard = true;
  }
}

customElements.define("microphone-meter", MicrophoneMeter);
