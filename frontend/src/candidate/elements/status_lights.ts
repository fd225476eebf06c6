/** Camera and connection as a light with its word; colour alone says nothing to many people. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";

import { gettext, ngettext } from "../../words/gettext";
import type { RecordingState } from "../recording_part";
import type { RoomView } from "../room_view";
import { RoomElement } from "./room_element";

/** One is always on its way. */
const MANY_WAITING = 3;

interface Light {
  readonly tone: "good" | "warning" | "critical";
  readonly text: string;
}

export function cameraLight(view: RoomView): Light {
  if (view.camera.status === "on") return { tone: "good", text: gettext("Camera on") };
  return view.camera.status === "asking" ? { tone: "warning", text: gettext("Camera starting") } : { tone: "critical", text: gettext("Camera off") };
}

export function microphoneLight(view: RoomView): Light {
  if (view.microphone.status === "on") return { tone: "good", text: gettext("Microphone on") };
  return view.microphone.status === "asking"
    ? { tone: "warning", text: gettext("Microphone starting") }
    : { tone: "critical", text: gettext("Microphone off") };
}

export function connectionLight(view: RoomView): Light {
  if (!view.networkOnline) return { tone: "critical", text: gettext("Offline") };
  switch (view.connection.status) {
    case "connected":
      return view.slowLine
        ? { tone: "warning", text: gettext("Slow connection: fewer pictures are sent, nothing else is delayed") }
        : { tone: "good", text: gettext("Connected") };
    case "connecting":
    case "waiting":
      return { tone: "warning", text: gettext("Connecting") };
    case "stopped":
      return { tone: "critical", text: gettext("Disconnected") };
  }
}

/** Words of what is recorded, and whether much of it still waits for the line. */
export function recordingLight({ status, waiting }: RecordingState): Light {
  if (status === "failed") return { tone: "warning", text: gettext("Recording does not work") };
  if (status === "off") return { tone: "warning", text: gettext("Not recording") };
  if (waiting < MANY_WAITING) return { tone: "good", text: gettext("Recording") };
  const words = ngettext("Recording, %(count)s piece still to send", "Recording, %(count)s pieces still to send", waiting);
  return { tone: "warning", text: words };
}

/** Null where the screen is not watched. */
export function screenLight({ screen, told }: RoomView): Light | null {
  const isExcused = told.some(({ kind }) => kind === "screen");
  if (isExcused && screen.status !== "on") return { tone: "good", text: gettext("Without the screen, as allowed") };
  switch (screen.status) {
    case "unwanted":
      return null;
    case "on":
      return screen.whole === false
        ? { tone: "warning", text: gettext("Only a part of the screen shared") }
        : { tone: "good", text: gettext("Screen shared") };
    case "asking":
      return { tone: "warning", text: gettext("Screen being chosen") };
    case "unsupported":
      return { tone: "warning", text: gettext("Screen cannot be shared here") };
    default:
      return { tone: "critical", text: gettext("Screen not shared") };
  }
}

function lit(light: Light): TemplateResult {
  return html`<span class="light light-${light.tone}">${light.text}</span>`;
}

/** Quiet, and honest: whoever is seen as it happens knows it. */
function watchedLive(watchers: number): TemplateResult {
  const words = ngettext("A proctor is watching live", "%(count)s proctors are watching live", watchers);
  return html`<span class="light light-watched">${words}</span>`;
}

export class StatusLights extends RoomElement {
  protected override render(): TemplateResult {
    const { view } = this.room;
    const screen = screenLight(view);
    return html`${view.cameraNeeded ? lit(cameraLight(view)) : nothing} ${view.microphoneNeeded ? lit(microphoneLight(view)) : nothing}
      ${screen === null ? nothing : lit(screen)}
      ${view.recording === null || view.session.state !== "running" ? nothing : lit(recordingLight(view.recording))}
      ${lit(connectionLight(view))}
      <span role="status">${view.liveWatchers > 0 ? watchedLive(view.liveWatchers) : nothing}</span>`;
  }
}

customElements.define("status-lights", StatusLights);
