/** The practice page: the device, the camera with words of help, the microphone, and the way back. */

import { html, LitElement, nothing } from "lit";
import type { TemplateResult } from "lit";

import { gettext } from "../../words/gettext";
import { cameraAdvice } from "../camera_words";
import { microphoneAdvice } from "../microphone_words";
import type { Practice, PracticeView } from "../practice";
import "./camera_choice";
import "./device_check";
import { deviceProblem } from "./device_problem";
import "./microphone_meter";

/** What the camera says at this moment. */
export function practiceWords({ camera, connection, guidance }: PracticeView): string {
  switch (camera.status) {
    case "off":
    case "asking":
      return gettext("Your browser asks whether this page may use the camera. Choose Allow.");
    case "failed":
    case "lost":
      return gettext("The camera is not on yet.");
    case "on":
      if (connection.status === "stopped") return connection.words;
      if (connection.status !== "connected") return gettext("Connecting…");
      if (guidance === null) return gettext("Looking for you…");
      return guidance.ok ? gettext("We can see you clearly. It will work like this in the exam.") : guidance.text;
  }
}

export class PracticePage extends LitElement {
  static override properties = { practice: { attribute: false }, begun: { state: true } };

  declare practice: Practice;
  declare private begun: boolean;

  constructor() {
    super();
    this.begun = false;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override render(): TemplateResult {
    const { config } = this.practice;
    return html`<div class=${config.camera ? "check" : "check check-door"}>
      <header class="check-header">
        <h1 class="page-title">${gettext("Practice run")}</h1>
        <p class="page-lead">${gettext("For “%(title)s”. Nobody looks at it, and your time does not start.", { title: config.exam_title })}</p>
      </header>
      ${config.camera ? this.picture() : nothing}
      <div class="check-side">
        ${this.begun ? this.devices() : this.door()}
        <device-check .needs=${config} .speedUrl=${config.urls.speed}></device-check>
        <p class="mb-0"><a class="btn ${this.begun ? "btn-primary" : "btn-outline-secondary"} btn-lg" href=${config.urls.back}>${gettext("Back to your invitation")}</a></p>
      </div>
    </div>`;
  }

  /** Nothing is opened before somebody asks for it. */
  private door(): TemplateResult | typeof nothing {
    const { config } = this.practice;
    if (!config.camera && !config.microphone) return nothing;
    const words = config.camera
      ? gettext("A picture a second is sent to our server, measured as in the exam, and thrown away at once. Nothing of it is stored. Sound stays in your browser.")
      : gettext("Sound stays in your browser. Nothing of it is stored.");
    return html`<section aria-label=${gettext("Before you begin")}>
      <p>${words}</p>
      <button type="button" class="btn btn-primary btn-lg" data-action="begin" @click=${() => this.beginNow()}>${gettext("Begin the practice run")}</button>
    </section>`;
  }

  private beginNow(): void {
    this.begun = true;
    this.practice.begin();
  }

  private devices(): TemplateResult {
    const { config } = this.practice;
    return html`${config.camera ? this.words() : nothing} ${config.microphone ? this.sound() : nothing}`;
  }

  private picture(): TemplateResult {
    const { camera, guidance } = this.practice.view;
    const isOn = camera.status === "on";
    return html`<div class="check-camera">
      <div class="self-view check-picture" data-tone=${guidance?.ok === true ? "good" : "neutral"}>
        <video
          class="self-view-picture"
          aria-label=${gettext("Your camera picture")}
          autoplay
          playsinline
          .muted=${true}
          ?hidden=${!isOn}
          .srcObject=${isOn ? camera.stream : null}
        ></video>
        ${isOn ? nothing : html`<p class="check-no-picture">${gettext("No picture yet")}</p>`}
      </div>
      <camera-choice .camera=${this.practice.camera} .status=${camera.status}></camera-choice>
    </div>`;
  }

  private words(): TemplateResult {
    const { view } = this.practice;
    const reason = view.camera.status === "failed" ? view.camera.reason : view.camera.status === "lost" ? "lost" : null;
    return html`<section aria-label=${gettext("Camera check")}>
      ${reason === null ? nothing : deviceProblem(cameraAdvice(reason), () => this.practice.camera.open())}
      <p class="check-words" data-tone=${view.guidance?.ok === true ? "good" : "neutral"} aria-live="polite">${practiceWords(view)}</p>
    </section>`;
  }

  private sound(): TemplateResult {
    const advice = microphoneAdvice(this.practice.view.microphone);
    return advice === null
      ? html`<microphone-meter .levelDb=${() => this.practice.soundLevelDb()}></microphone-meter>`
      : deviceProblem(advice, () => this.practice.openMicrophone());
  }
}

customElements.define("practice-page", PracticePage);
