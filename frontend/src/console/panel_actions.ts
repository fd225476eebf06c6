/** What a proctor may do to a sitting from the wall; each is said again in words once it is done. */

import { html, LitElement, nothing } from "lit";
import type { TemplateResult } from "lit";

import { postJson } from "../candidate/requests";
import { gettext, ngettext } from "../words/gettext";
import { isUnderWay } from "./wall_rows";
import type { WallRow } from "./wall_rows";

const MINUTES = [5, 10, 15, 30] as const;
const LONGEST_WARNING = 500;
const LONGEST_REASON = 2000;

export class PanelActions extends LitElement {
  static override properties = { row: { attribute: false } };

  declare row: WallRow;
  private done = "";
  private problem: string | null = null;
  private isBusy = false;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    const before = changed.get("row") as WallRow | undefined;
    if (before !== undefined && before.id !== this.row.id) this.say("");
  }

  protected override render(): TemplateResult {
    return html`${isUnderWay(this.row) ? this.buttons() : html`<p class="quiet">${gettext("Nothing can be changed while the exam is not under way.")}</p>`}
      <p class="panel-done" role="status">${this.done}</p>
      ${this.problem === null ? nothing : html`<p class="alert alert-danger" role="alert">${this.problem}</p>`}`;
  }

  private buttons(): TemplateResult {
    const isPaused = this.row.state === "paused";
    return html`<div class="panel-buttons">
        <button type="button" class="btn btn-outline-secondary" data-act="pause" ?disabled=${this.isBusy} @click=${() => void this.pause(isPaused)}>
          ${isPaused ? gettext("Let it go on") : gettext("Pause")}
        </button>
        <form class="panel-time" @submit=${(event: Event) => this.submitted(event, (form) => this.extend(Number(form.get("minutes"))))}>
          <label class="visually-hidden" for="panel-minutes">${gettext("More time")}</label>
          <select id="panel-minutes" name="minutes" class="form-select">
            ${MINUTES.map((minutes) => html`<option value=${minutes}>${ngettext("%(count)s minute", "%(count)s minutes", minutes)}</option>`)}
          </select>
          <button class="btn btn-outline-secondary" data-act="extend" ?disabled=${this.isBusy}>${gettext("Give time")}</button>
        </form>
      </div>
      <details class="panel-warn">
        <summary>${gettext("Warn")}</summary>
        <form @submit=${(event: Event) => this.submitted(event, (form) => this.warn(String(form.get("message") ?? "")))}>
          <label class="form-label" for="panel-warning">${gettext("What the candidate reads")}</label>
          <textarea id="panel-warning" name="message" class="form-control" rows="2" maxlength=${LONGEST_WARNING}></textarea>
          <p class="form-text">${gettext("It is shown at once, or when the candidate comes back. The report keeps it.")}</p>
          <button class="btn btn-outline-secondary" data-act="warn" ?disabled=${this.isBusy}>${gettext("Show the warning")}</button>
        </form>
      </details>
      <button type="button" class="btn btn-outline-danger" data-act="terminate" @click=${() => this.dialog()?.showModal()}>${gettext("Terminate…")}</button>
      ${this.termination()}`;
  }

  private termination(): TemplateResult {
    return html`<dialog class="panel-dialog" aria-labelledby="panel-terminate-title">
      <h2 id="panel-terminate-title" class="h3">${gettext("Terminate the exam of %(candidate)s?", { candidate: this.row.candidate })}</h2>
      <p>${gettext("The exam ends at once and cannot be opened again. The candidate is told that a proctor ended it.")}</p>
      <form @submit=${(event: Event) => this.submitted(event, (form) => this.terminate(String(form.get("reason") ?? "")))}>
        <label class="form-label" for="panel-reason">${gettext("Reason")}</label>
        <textarea id="panel-reason" name="reason" class="form-control" rows="3" required maxlength=${LONGEST_REASON}></textarea>
        <p class="form-text">${gettext("The report and the audit log keep it with your name.")}</p>
        ${this.problem === null ? nothing : html`<p class="chat-problem" role="alert">${this.problem}</p>`}
        <div class="panel-dialog-foot">
          <button type="button" class="btn btn-outline-secondary" @click=${() => this.dialog()?.close()}>${gettext("Keep it running")}</button>
          <button class="btn btn-danger" data-act="confirm-terminate" ?disabled=${this.isBusy}>${gettext("Terminate the exam")}</button>
        </div>
      </form>
    </dialog>`;
  }

  private pause(isPaused: boolean): Promise<boolean> {
    const { candidate } = this.row;
    return isPaused
      ? this.act("resume", {}, gettext("The exam of %(candidate)s goes on.", { candidate }))
      : this.act("pause", {}, gettext("The exam of %(candidate)s is paused: the clock stands still.", { candidate }));
  }

  private extend(minutes: number): Promise<boolean> {
    const words = ngettext("One minute more was given.", "%(count)s minutes more were given.", minutes);
    return this.act("extend", { minutes }, words);
  }

  private warn(message: string): Promise<boolean> {
    return this.act("warn", { message }, gettext("The warning is shown."));
  }

  private async terminate(reason: string): Promise<boolean> {
    const isDone = await this.act("terminate", { reason }, gettext("The exam of %(candidate)s is terminated.", { candidate: this.row.candidate }));
    if (isDone) this.dialog()?.close();
    return isDone;
  }

  /** A form whose wish was granted is empty again. */
  private submitted(event: Event, act: (form: FormData) => Promise<boolean>): void {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    void act(new FormData(form)).then((isDone) => isDone && form.reset());
  }

  private async act(what: string, body: object, words: string): Promise<boolean> {
    this.isBusy = true;
    this.say("");
    const { id } = this.row;
    try {
      await postJson(`/api/v1/sessions/${id}/${what}/`, body);
      if (id === this.row.id) this.say(words);
      return true;
    } catch (error) {
      this.say("", error instanceof Error ? error.message : String(error));
      return false;
    } finally {
      this.isBusy = false;
      this.requestUpdate();
    }
  }

  private say(done: string, problem: string | null = null): void {
    this.done = done;
    this.problem = problem;
    this.requestUpdate();
  }

  private dialog(): HTMLDialogElement | null {
    return this.querySelector("dialog");
  }
}

customElements.define("panel-actions", PanelActions);
