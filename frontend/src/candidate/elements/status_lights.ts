/** Camera and connection as a light with its word; colour alone says nothing to many people. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";

import type { RoomView } from "../room_view";
import { RoomElement } from "./room_element";

interface Light {
  readonly tone: "good" | "warning" | "critical";
  readonly text: string;
}

export function cameraLight(view: RoomView): Light {
  if (view.camera.status === "on") return { tone: "good", text: "Camera on" };
  return view.camera.status === "asking" ? { tone: "warning", text: "Camera starting" } : { tone: "critical", text: "Camera off" };
}

export function connectionLight(view: RoomView): Light {
  if (!view.networkOnline) return { tone: "critical", text: "Offline" };
  switch (view.connection.status) {
    case "connected":
      return { tone: "good", text: "Connected" };
    case "connecting":
    case "waiting":
      return { tone: "warning", text: "Connecting" };
    case "stopped":
      return { tone: "critical", text: "Disconnected" };
  }
}

export class StatusLights extends RoomElement {
  protected override render(): TemplateResult {
    const [camera, connection] = [cameraLight(this.room.view), connectionLight(this.room.view)];
    return html`${this.room.view.cameraNeeded ? html`<span class="light light-${camera.tone}">${camera.text}</span>` : nothing}
      <span class="light light-${connection.tone}">${connection.text}</span>`;
  }
}

customElements.define("status-lights", StatusLights);
