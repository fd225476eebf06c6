/** `<session-clock data-ms>`: the time left, counted down from what the server said last. */

import { clock } from "../console/wall_words";

export class SessionClock extends HTMLElement {
  private timer: ReturnType<typeof setInterval> | undefined;

  connectedCallback(): void {
    const atFirst = Number(this.dataset["ms"]);
    if (!this.dataset["ms"] || Number.isNaN(atFirst)) return;
    const fromMs = performance.now();
    this.timer = setInterval(() => {
      this.textContent = clock(atFirst - (performance.now() - fromMs));
    }, 1000);
  }

  disconnectedCallback(): void {
    clearInterval(this.timer);
  }
}

customElements.define("session-clock", SessionClock);
