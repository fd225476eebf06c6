/** What went wrong with the microphone, and what the candidate can do about it in this browser. */

import { gettext } from "../words/gettext";
import { browserName } from "./browser_name";
import type { BrowserName } from "./browser_name";
import type { CameraAdvice } from "./camera_words";
import type { MicrophoneState } from "./microphone";

/** Null while there is nothing to mend. */
export function microphoneAdvice(state: MicrophoneState, browser: BrowserName = browserName()): CameraAdvice | null {
  if (state.status === "lost") {
    return {
      title: gettext("The microphone stopped"),
      fix: gettext("It was unplugged or switched off. Plug it in or switch it on, then turn it on again here. Your exam goes on meanwhile."),
    };
  }
  return state.status === "failed" ? adviceFor(state.reason, browser) : null;
}

function adviceFor(reason: string, browser: BrowserName): CameraAdvice {
  switch (reason) {
    case "NotAllowedError":
      return { title: gettext("The microphone is not allowed"), fix: allowMicrophone(browser) };
    case "NotFoundError":
      return {
        title: gettext("No microphone was found"),
        fix: gettext("Plug in a microphone or a headset, or switch on the built-in one, then try again."),
      };
    case "NotReadableError":
      return {
        title: gettext("The microphone is busy"),
        fix: gettext("Another program is probably using it. Close video calls and recorders, then try again."),
      };
    case "Unsupported":
      return {
        title: gettext("This browser cannot use a microphone here"),
        fix: gettext("Open the invitation link with a current version of Chrome, Edge, Firefox or Safari, and check that the address begins with https."),
      };
    default:
      return {
        title: gettext("The microphone could not be started"),
        fix: gettext("Close other programs that use it, then try again. Restarting the browser often helps."),
      };
  }
}

function allowMicrophone(browser: BrowserName): string {
  switch (browser) {
    case "chrome":
    case "edge":
      return gettext("This exam listens for speech. Click the symbol at the left of the address, allow the microphone, then try again.");
    case "firefox":
      return gettext("This exam listens for speech. Click the crossed-out microphone at the left of the address and take the block away, then try again.");
    case "safari":
      return gettext("This exam listens for speech. Open Safari's menu, choose Settings for this website, set Microphone to Allow, then try again.");
    case "other":
      return gettext("This exam listens for speech. Open your browser's settings for this site, allow the microphone, then try again.");
  }
}
