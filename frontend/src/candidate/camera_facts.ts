/** When the camera went away during the exam and when it came back, across reloads. */

import type { CameraState } from "./camera";

export class CameraFacts {
  private readonly key: string;

  constructor(
    sessionId: string,
    private readonly storage: Pick<Storage, "getItem" | "setItem" | "removeItem">,
  ) {
    this.key = `invigil.camera_lost.${sessionId}`;
  }

  /** The event to tell for this state of the camera, if it is news. */
  observe(status: CameraState["status"]): "camera_lost" | "camera_back" | null {
    if (status === "asking") return null;
    const wasLost = this.storage.getItem(this.key) !== null;
    if (status === "on") {
      this.storage.removeItem(this.key);
      return wasLost ? "camera_back" : null;
    }
    this.storage.setItem(this.key, "1");
    return wasLost ? null : "camera_lost";
  }
}
