/** What the candidate is told about the shared screen, and what helps. */

import { gettext } from "../words/gettext";
import type { CameraAdvice } from "./camera_words";
import type { RoomView } from "./room_view";
import type { ScreenState } from "./screen_share";

/** What to mend during the exam: nothing where a person lets the candidate go on without. */
export function screenProblem({ screen, told }: RoomView): CameraAdvice | null {
  return told.some(({ kind }) => kind === "screen") ? null : screenAdvice(screen);
}

export function screenAdvice(state: ScreenState): CameraAdvice | null {
  switch (state.status) {
    case "lost":
    case "off":
      return {
        title: gettext("Your screen is not shared"),
        fix: gettext("This exam asks for it. Share your whole screen again; your exam goes on meanwhile, and a short gap is not pointed out."),
      };
    case "failed":
      return state.reason === "NotAllowedError"
        ? {
            title: gettext("Sharing the screen was not allowed"),
            fix: gettext("Try again and choose your whole screen. If no choice appears, allow the recording of the screen for this browser in the privacy settings of your computer."),
          }
        : {
            title: gettext("The screen could not be shared"),
            fix: gettext("Close other programs that share or record the screen, then try again. Restarting the browser often helps."),
          };
    case "on":
      return state.whole === false
        ? {
            title: gettext("Only a window or a tab is shared"),
            fix: gettext("This exam asks for your whole screen. Share again, and choose “Entire screen”."),
          }
        : null;
    default:
      return null;
  }
}

/** Why the exam cannot start yet; null when nothing about the screen stands in the way. */
export function screenToWait({ screen, screenSkipped }: RoomView): string | null {
  if (screenSkipped || ["unwanted", "unsupported"].includes(screen.status)) return null;
  if (screen.status === "on") return screen.whole === false ? gettext("Share your whole screen, or go on without; then you can start.") : null;
  return gettext("You can start as soon as your screen is shared, or you go on without.");
}
