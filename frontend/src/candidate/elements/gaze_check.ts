/** Before the exam, where it follows eyes: what the points are for, the points, and what became of them. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";

import { FIVE_POINTS, NINE_POINTS } from "../gaze_course";
import type { GazePoint } from "../gaze_course";
import type { GazeState } from "../gaze_walk";
import "./gaze_points";
import { RoomElement } from "./room_element";
import { gettext } from "../../words/gettext";

export class GazeCheck extends RoomElement {
  private lastStatus: GazeState["status"] = "unwanted";

  protected override render(): TemplateResult | typeof nothing {
    if (this.status === "unwanted") return nothing;
    return html`<section class="gaze-check" aria-labelledby="gaze-title" @keydown=${(event: KeyboardEvent) => this.pressed(event)}>
      <h2 id="gaze-title" class="h3">${gettext("Where your eyes look")}</h2>
      ${this.words()}
      <gaze-points .room=${this.room} @points-closed=${() => this.focusNext()}></gaze-points>
    </section>`;
  }

  protected override updated(): void {
    const status = this.status;
    // A page that was loaded again after this step says so and takes nobody's focus.
    const moved = status !== this.lastStatus && (status === "offered" || this.lastStatus !== "unwanted");
    this.lastStatus = status;
    if (moved) this.focusNext();
  }

  /** Before the camera check is done there is nothing to do here. */
  private get status(): GazeState["status"] {
    const { gaze, session } = this.room.view;
    return session.state === "ready" ? gaze.status : "unwanted";
  }

  /** Whoever is at the keyboard goes on where the page does; nobody's focus is taken away from elsewhere. */
  private focusNext(): void {
    const active = document.activeElement;
    // A dialog that has just closed still has the focus for a moment.
    const idle = active === null || active === document.body || active.closest("dialog:not([open])") !== null;
    if (idle) this.querySelector<HTMLButtonElement>("button[data-first]")?.focus({ preventScroll: true });
  }

  private words(): TemplateResult {
    const { gaze } = this.room.view;
    switch (gaze.status) {
      case "offered":
        return gaze.refusal === null ? this.offer() : this.refused(gaze.refusal);
      case "fitted":
        return this.done(gettext("Done. This step is complete."), gettext("Look at the points again"));
      case "skipped":
        return this.done(gettext("You go on without it. That is fine and is not held against you."), gettext("Look at the points after all"));
      default:
        return html`<p class="mb-0" role="status">${gaze.status === "fitting" ? gettext("One moment…") : gettext("Look at the points.")}</p>`;
    }
  }

  private offer(): TemplateResult {
    return html`<p>
        ${gettext("Nine points appear one after another, each for about a second. Look at each of them until the next one comes, and keep your head still. No picture of it is kept, only numbers.")}
      </p>
      <div class="gaze-actions">
        ${this.begin(NINE_POINTS, gettext("Begin"), true)}${this.skip()}
      </div>
      <p class="form-text mb-0">${gettext("Enter begins, Escape goes on without.")}</p>`;
  }

  private refused(refusal: string): TemplateResult {
    return html`<div class="alert alert-warning" role="alert">${refusal}</div>
      <div class="gaze-actions">
        ${this.begin(FIVE_POINTS, gettext("Try with five points"), true)}${this.begin(NINE_POINTS, gettext("Try all nine again"), false)}${this.skip()}
      </div>`;
  }

  private done(words: string, again: string): TemplateResult {
    return html`<p role="status">${words}</p>
      <button type="button" class="btn btn-outline-secondary" data-action="gaze-again" data-first @click=${() => this.walk(NINE_POINTS)}>
        ${again}
      </button>`;
  }

  private begin(points: readonly GazePoint[], words: string, first: boolean): TemplateResult {
    return html`<button
      type="button"
      class="btn ${first ? "btn-primary" : "btn-outline-secondary"}"
      data-action="gaze-begin"
      ?data-first=${first}
      @click=${() => this.walk(points)}
    >
      ${words}
    </button>`;
  }

  private skip(): TemplateResult {
    return html`<button type="button" class="btn btn-outline-secondary" data-action="gaze-skip" @click=${() => this.room.gaze.skip()}>
      ${gettext("Go on without")}
    </button>`;
  }

  private walk(points: readonly GazePoint[]): void {
    void this.room.gaze.lookAt(points);
  }

  private pressed(event: KeyboardEvent): void {
    if (event.key === "Escape" && this.room.view.gaze.status === "offered") this.room.gaze.skip();
  }
}

customElements.define("gaze-check", GazeCheck);
