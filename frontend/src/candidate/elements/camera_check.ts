/** Before the exam: the camera picture, live guidance, and the start button with the reason why it waits. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";

import { pointsAreOpen } from "../room_view";
import type { RoomView } from "../room_view";
import { screenToWait } from "../screen_words";
import "./camera_choice";
import "./camera_problem";
import "./device_check";
import "./gaze_check";
import "./id_card_step";
import "./microphone_meter";
import "./microphone_problem";
import { RoomElement } from "./room_element";
import "./screen_step";
import "./self_view";
import "./status_lights";
import "./watched_list";
import { gettext } from "../../words/gettext";

const ONE_MORE_STEP = gettext("We can see you clearly. One step is left before you can start.");
const READY = gettext("We can see you clearly. You can start when you like.");

export function guidanceText(view: RoomView): string {
  if (pointsAreOpen(view)) return ONE_MORE_STEP;
  if (view.session.state === "ready") return view.guidance?.code === "person_checks" ? view.guidance.text : READY;
  switch (view.camera.status) {
    case "off":
    case "asking":
      return gettext("Your browser asks whether this page may use the camera. Choose Allow.");
    case "failed":
    case "lost":
      return gettext("The camera is not on yet.");
    case "on":
      if (!view.networkOnline) return gettext("You are offline. The check goes on when the connection is back.");
      if (view.connection.status !== "connected") return gettext("Connecting…");
      return view.guidance?.text ?? gettext("Looking for you…");
  }
}

/** Null when the exam can start. */
export function reasonToWait(view: RoomView): string | null {
  if (pointsAreOpen(view)) return gettext("You can start after the points, or as soon as you go on without them.");
  if (view.session.state === "ready" || !view.cameraNeeded) return screenToWait(view);
  return view.camera.status === "on"
    ? gettext("You can start as soon as the camera check is complete.")
    : gettext("You can start as soon as the camera is on and the check is complete.");
}

export class CameraCheck extends RoomElement {
  protected override render(): TemplateResult {
    return this.room.view.cameraNeeded ? this.check() : this.door();
  }

  /** An exam without a camera has nothing to check: it only waits for the candidate. */
  private door(): TemplateResult {
    return html`<div class="check check-door">
      ${this.header(gettext("this exam does not use your camera."))}
      <div class="check-side">
        <microphone-problem .room=${this.room}></microphone-problem>
        <screen-step .room=${this.room}></screen-step>
        ${this.microphone()} ${this.device()} ${this.startButton()}<chat-button .room=${this.room}></chat-button><watched-list .room=${this.room}></watched-list>
      </div>
    </div>`;
  }

  private header(words: string): TemplateResult {
    const { session, candidateName } = this.room.view;
    const sentence = candidateName === "" ? words.charAt(0).toUpperCase() + words.slice(1) : `${candidateName}, ${words}`;
    return html`<header class="check-header">
      <h1 class="page-title">${session.exam_title}</h1>
      <p class="page-lead">${sentence} ${gettext("The clock starts when you press the button.")}</p>
    </header>`;
  }

  private check(): TemplateResult {
    const { view } = this.room;
    return html`<div class="check">
      ${this.header(gettext("let us check that your camera can see you."))}
      <div class="check-camera">
        <div class="self-view check-picture" data-tone=${this.tone()}>
          <self-view .room=${this.room}></self-view>
          ${view.camera.status === "on" ? nothing : html`<p class="check-no-picture">${gettext("No picture yet")}</p>`}
        </div>
        <div class="check-lights"><status-lights .room=${this.room}></status-lights></div>
        <camera-choice .camera=${this.room.camera} .status=${view.camera.status}></camera-choice>
        ${this.microphone()}
      </div>
      <div class="check-side">
        <camera-problem .room=${this.room}></camera-problem>
        <microphone-problem .room=${this.room}></microphone-problem>
        ${this.guidance()}<gaze-check .room=${this.room}></gaze-check><id-card-step .room=${this.room}></id-card-step>
        <screen-step .room=${this.room}></screen-step>${this.startButton()} ${this.help()} ${this.device()} <chat-button .room=${this.room}></chat-button>
        <watched-list .room=${this.room}></watched-list>
      </div>
    </div>`;
  }

  private microphone(): TemplateResult | typeof nothing {
    const { microphone } = this.room.view;
    return microphone.status === "on" ? html`<microphone-meter .levelDb=${() => this.room.soundLevelDb()}></microphone-meter>` : nothing;
  }

  private device(): TemplateResult | typeof nothing {
    const { speedUrl, view } = this.room;
    if (speedUrl === null) return nothing;
    const needs = { camera: view.cameraNeeded, microphone: view.microphoneNeeded, screen: view.watched.some(({ key }) => key === "screen") };
    return html`<device-check .needs=${needs} .speedUrl=${speedUrl}></device-check>`;
  }

  private tone(): "good" | "neutral" {
    const { session, guidance } = this.room.view;
    return session.state === "ready" || guidance?.ok === true ? "good" : "neutral";
  }

  private guidance(): TemplateResult {
    const { session, guidance } = this.room.view;
    const share = session.state === "ready" ? 1 : (guidance?.progress ?? 0);
    return html`<section class="check-guidance" aria-label=${gettext("Camera check")}>
      <p class="check-words" data-tone=${this.tone()} aria-live="polite">${guidanceText(this.room.view)}</p>
      <progress class="check-progress" max="1" .value=${share} aria-label=${gettext("Progress of the camera check")}></progress>
    </section>`;
  }

  private startButton(): TemplateResult {
    const { starting, startProblem, session } = this.room.view;
    const reason = reasonToWait(this.room.view);
    return html`<div class="check-start">
      <button
        type="button"
        class="btn btn-primary btn-lg"
        data-action="start"
        aria-describedby="start-reason"
        ?disabled=${reason !== null || starting}
        @click=${() => this.room.start({ withoutBaseline: false })}
      >
        ${starting ? gettext("Starting…") : gettext("Start the exam")}
      </button>
      <p id="start-reason" class="form-text">
        ${reason ?? (session.require_full_screen ? gettext("The exam opens in full screen.") : gettext("The clock starts at once."))}
      </p>
      ${startProblem === null ? nothing : html`<div class="alert alert-danger" role="alert">${startProblem}</div>`}
    </div>`;
  }

  private help(): TemplateResult | typeof nothing {
    const { camera, helpOffered, session, starting } = this.room.view;
    // Whoever has no camera need not wait for help to be offered.
    if ((!helpOffered && camera.status !== "failed") || session.state === "ready") return nothing;
    return html`<section class="check-help" aria-labelledby="check-help-title">
      <h2 id="check-help-title" class="h3">${gettext("Is the check not getting anywhere?")}</h2>
      <ul>
        <li>${gettext("Sit facing the screen, with your whole face in the picture.")}</li>
        <li>${gettext("Turn on a lamp in front of you; a window behind you makes your face dark.")}</li>
        <li>${gettext("Wipe the lens and open its cover.")}</li>
        <li>${gettext("Head covering, glasses and aids are welcome.")}</li>
      </ul>
      <p>${gettext("You need not wait for a program: you can start now, and a person will check instead.")}</p>
      <button
        type="button"
        class="btn btn-outline-secondary"
        data-action="start-without-baseline"
        ?disabled=${starting}
        @click=${() => this.room.start({ withoutBaseline: true })}
      >
        ${gettext("Continue anyway – a person will check")}
      </button>
    </section>`;
  }
}

customElements.define("camera-check", CameraCheck);
