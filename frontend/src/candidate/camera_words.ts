/** What went wrong with the camera, and what the candidate can do about it. */

import { gettext } from "../words/gettext";

export interface CameraAdvice {
  readonly title: string;
  readonly fix: string;
}

const ADVICE: Readonly<Record<string, CameraAdvice>> = {
  NotAllowedError: {
    title: gettext("The camera is not allowed"),
    fix: gettext("Click the camera or lock symbol beside the address, allow the camera for this site, then try again. If it is still refused, your system's privacy settings may block the camera for this browser."),
  },
  NotFoundError: {
    title: gettext("No camera was found"),
    fix: gettext("Plug in a camera, or switch on the built-in one (some laptops have a slide or a key for it), then try again."),
  },
  NotReadableError: {
    title: gettext("The camera is busy"),
    fix: gettext("Another program is probably using it. Close video calls and camera programs, then try again. If that does not help, unplug the camera or restart the computer."),
  },
  AbortError: {
    title: gettext("The camera stopped while starting"),
    fix: gettext("Unplug it and plug it in again if you can, then try again."),
  },
  OverconstrainedError: {
    title: gettext("The camera cannot give a picture that is large enough"),
    fix: gettext("Choose another camera in your browser's settings for this site, then try again."),
  },
  SecurityError: {
    title: gettext("The browser does not let this page use the camera"),
    fix: gettext("A setting of your organisation may forbid it. Try another browser, or ask the person who invited you."),
  },
  Unsupported: {
    title: gettext("This browser cannot use a camera here"),
    fix: gettext("Open the invitation link with a current version of Chrome, Edge, Firefox or Safari, and check that the address begins with https."),
  },
};

const UNKNOWN_ADVICE: CameraAdvice = {
  title: gettext("The camera could not be started"),
  fix: gettext("Close other programs that use it, then try again. Restarting the browser often helps."),
};

export function cameraAdvice(reason: string): CameraAdvice {
  return ADVICE[reason] ?? UNKNOWN_ADVICE;
}
