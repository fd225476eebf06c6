/** Before the exam, where it watches the screen: what is shared and why, on the candidate's own click. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";

import { gettext } from "../../words/gettext";
import { screenAdvice } from "../screen_words";
import type { ScreenState } from "../screen_share";
import { RoomElement } from "./room_element";

function standing(screen: ScreenState, skipped: boolean): string {
  if (screen.status === "unsupported") {
    return gettext("This browser cannot share a screen, as on telephones and tablets. You can start: a person will decide, and it is not held against you by a program.");
  }
  if (screen.status === "on" && screen.whole !== false) return gettext("Your screen is shared.");
  if (skipped) return gettext("You begin without sharing your screen. A person will decide about it.");
  if (screen.status === "asking") return gettext("Choose your whole screen in your browser’s window.");
  return gettext("Whoever watches this exam sees a picture of your whole screen every five seconds. Close what is private first.");
}

export class ScreenStep extends RoomElement {
  protected override render(): TemplateResult | typeof nothing {
    const { screen, screenSkipped } = this.room.view;
    if (screen.status === "unwanted") return nothing;
    const advice = screen.status === "off" || screenSkipped ? null : screenAdvice(screen);
    return html`<section class="check-screen" aria-labelledby="screen-title">
      <h2 id="screen-title" class="h3">${gettext("Your screen")}</h2>
      <p role="status">${standing(screen, screenSkipped)}</p>
      ${advice === null ? nothing : html`<div class="alert alert-warning" role="alert"><strong>${advice.title}</strong> ${advice.fix}</div>`}
      ${this.buttons(screen)}
    </section>`;
  }

  private buttons(screen: ScreenState): TemplateResult | typeof nothing {
    const done = screen.status === "unsupported" || (screen.status === "on" && screen.whole !== false);
    if (done) return nothing;
    return html`<div class="check-screen-actions">
      <button
        type="button"
        class="btn btn-primary"
        data-action="share-screen"
        ?disabled=${screen.status === "asking"}
        @click=${() => this.room.screen.open()}
      >
        ${gettext("Share my whole screen")}
      </button>
      ${this.room.view.screenSkipped
        ? nothing
        : html`<button type="button" class="btn btn-outline-secondary" data-action="without-screen" @click=${() => this.room.screen.goWithout()}>
            ${gettext("Go on without – a person will decide")}
          </button>`}
    </div>`;
  }
}

customElements.define("screen-step", ScreenStep);
