/** What went wrong with the camera, and what the candidate can do about it in this browser. */

import { gettext } from "../words/gettext";
import { browserName } from "./browser_name";
import type { BrowserName } from "./browser_name";

export interface CameraAdvice {
  readonly title: string;
  readonly fix: string;
}

export function cameraAdvice(reason: string, browser: BrowserName = browserName()): CameraAdvice {
  switch (reason) {
    case "NotAllowedError":
      return { title: gettext("The camera is not allowed"), fix: allowCamera(browser) };
    case "NotFoundError":
      return {
        title: gettext("No camera was found"),
        fix: gettext("Plug in a camera, or switch on the built-in one (some laptops have a slide or a key for it), then try again."),
      };
    case "NotReadableError":
      return {
        title: gettext("The camera is busy"),
        fix: gettext("Another program is probably using it. Close video calls and camera programs, then try again. If that does not help, unplug the camera or restart the computer."),
      };
    case "AbortError":
      return { title: gettext("The camera stopped while starting"), fix: gettext("Unplug it and plug it in again if you can, then try again.") };
    case "OverconstrainedError":
      return {
        title: gettext("The camera that was chosen is not there"),
        fix: gettext("Plug it in again, or try again to take another camera."),
      };
    case "SecurityError":
      return {
        title: gettext("The browser does not let this page use the camera"),
        fix: gettext("A setting of your organisation may forbid it. Try another browser, or ask the person who invited you."),
      };
    case "Unsupported":
      return {
        title: gettext("This browser cannot use a camera here"),
        fix: gettext("Open the invitation link with a current version of Chrome, Edge, Firefox or Safari, and check that the address begins with https."),
      };
    default:
      return {
        title: gettext("The camera could not be started"),
        fix: gettext("Close other programs that use it, then try again. Restarting the browser often helps."),
      };
  }
}

function allowCamera(browser: BrowserName): string {
  switch (browser) {
    case "chrome":
    case "edge":
      return gettext("Click the symbol at the left of the address, allow the camera, then try again. If it is still refused, your system's privacy settings may block the camera for this browser.");
    case "firefox":
      return gettext("Click the crossed-out camera at the left of the address and take the block away, then try again. If it is still refused, your system's privacy settings may block the camera for Firefox.");
    case "safari":
      return gettext("Open Safari's menu, choose Settings for this website, set Camera to Allow, then try again. On an iPhone or iPad the same is behind the aA beside the address.");
    case "other":
      return gettext("Open your browser's settings for this site, allow the camera, then try again. If it is still refused, use Chrome, Edge, Firefox or Safari.");
  }
}
