/** What went wrong with the microphone, and what the candidate can do about it. */

import type { CameraAdvice } from "./camera_words";
import type { MicrophoneState } from "./microphone";

const ADVICE: Readonly<Record<string, CameraAdvice>> = {
  NotAllowedError: {
    title: "The microphone is not allowed",
    fix: "This exam listens for speech. Click the lock symbol beside the address, allow the microphone for this site, then try again.",
  },
  NotFoundError: {
    title: "No microphone was found",
    fix: "Plug in a microphone or a headset, or switch on the built-in one, then try again.",
  },
  NotReadableError: {
    title: "The microphone is busy",
    fix: "Another program is probably using it. Close video calls and recorders, then try again.",
  },
  Unsupported: {
    title: "This browser cannot use a microphone here",
    fix: "Open the invitation link with a current version of Chrome, Edge, Firefox or Safari, and check that the address begins with https.",
  },
};
const LOST: CameraAdvice = {
  title: "The microphone stopped",
  fix: "It was unplugged or switched off. Plug it in or switch it on, then turn it on again here. Your exam goes on meanwhile.",
};
const UNKNOWN: CameraAdvice = {
  title: "The microphone could not be started",
  fix: "Close other programs that use it, then try again. Restarting the browser often helps.",
};

/** Null while there is nothing to mend. */
export function microphoneAdvice(state: MicrophoneState): CameraAdvice | null {
  if (state.status === "lost") return LOST;
  return state.status === "failed" ? (ADVICE[state.reason] ?? UNKNOWN) : null;
}
