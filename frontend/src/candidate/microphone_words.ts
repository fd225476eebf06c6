/** What went wrong with the microphone, and what the candidate can do about it. */

import type { CameraAdvice } from "./camera_words";
import type { MicrophoneState } from "./microphone";
import { gettext } from "../words/gettext";

const ADVICE: Readonly<Record<string, CameraAdvice>> = {
  NotAllowedError: {
    title: gettext("The microphone is not allowed"),
    fix: gettext("This exam listens for speech. Click the lock symbol beside the address, allow the microphone for this site, then try again."),
  },
  NotFoundError: {
    title: gettext("No microphone was found"),
    fix: gettext("Plug in a microphone or a headset, or switch on the built-in one, then try again."),
  },
  NotReadableError: {
    title: gettext("The microphone is busy"),
    fix: gettext("Another program is probably using it. Close video calls and recorders, then try again."),
  },
  Unsupported: {
    title: gettext("This browser cannot use a microphone here"),
    fix: gettext("Open the invitation link with a current version of Chrome, Edge, Firefox or Safari, and check that the address begins with https."),
  },
};
const LOST: CameraAdvice = {
  title: gettext("The microphone stopped"),
  fix: gettext("It was unplugged or switched off. Plug it in or switch it on, then turn it on again here. Your exam goes on meanwhile."),
};
const UNKNOWN: CameraAdvice = {
  title: gettext("The microphone could not be started"),
  fix: gettext("Close other programs that use it, then try again. Restarting the browser often helps."),
};

/** Null while there is nothing to mend. */
export function microphoneAdvice(state: MicrophoneState): CameraAdvice | null {
  if (state.status === "lost") return LOST;
  return state.status === "failed" ? (ADVICE[state.reason] ?? UNKNOWN) : null;
}
