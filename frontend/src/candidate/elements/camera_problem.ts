/** The camera is not on: why, what helps, and the button that tries again. */

import { nothing } from "lit";
import type { TemplateResult } from "lit";

import { gettext } from "../../words/gettext";
import type { CameraState } from "../camera";
import { cameraAdvice } from "../camera_words";
import type { CameraAdvice } from "../camera_words";
import { deviceProblem } from "./device_problem";
import { RoomElement } from "./room_element";

function adviceFor(camera: CameraState): CameraAdvice | null {
  if (camera.status === "lost") {
    return {
      title: gettext("The camera stopped"),
      fix: gettext("It was unplugged or switched off. Plug it in or switch it on, then turn it on again here. Your exam goes on meanwhile."),
    };
  }
  return camera.status === "failed" ? cameraAdvice(camera.reason) : null;
}

export class CameraProblem extends RoomElement {
  protected override render(): TemplateResult | typeof nothing {
    const advice = adviceFor(this.room.view.camera);
    if (advice === null) return nothing;
    return deviceProblem(advice, () => this.room.openCamera());
  }
}

customElements.define("camera-problem", CameraProblem);
