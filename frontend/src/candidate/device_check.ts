/** Before the exam: what this browser, its screens and its line can do, each with what helps where it is not enough. */

import { gettext } from "../words/gettext";
import { lineWords } from "./line_speed";
import type { LineSpeed } from "./line_speed";

export type CheckKey = "browser" | "line" | "screens" | "sharing";

export interface CheckLine {
  readonly key: CheckKey;
  readonly label: string;
  readonly state: "running" | "fine" | "notice" | "failed";
  readonly words: string;
}

export interface DeviceNeeds {
  readonly camera: boolean;
  readonly microphone: boolean;
  /** The exam asks to share the screen. */
  readonly screen: boolean;
}

/** What is asked of the browser; a test brings its own. */
export interface Surroundings {
  readonly isSecure: boolean;
  readonly hasCamera: boolean;
  readonly hasSound: boolean;
  readonly hasSockets: boolean;
  readonly canShare: boolean;
  /** Null where the browser does not tell. */
  readonly hasSeveralScreens: boolean | null;
}

export function surroundings(window: Window & typeof globalThis = globalThis.window): Surroundings {
  const { mediaDevices } = window.navigator as { readonly mediaDevices?: MediaDevices };
  const { isExtended } = window.screen as Screen & { readonly isExtended?: boolean };
  return {
    isSecure: window.isSecureContext,
    hasCamera: typeof mediaDevices?.getUserMedia === "function",
    hasSound: typeof window.AudioWorkletNode === "function",
    hasSockets: typeof window.WebSocket === "function",
    canShare: typeof mediaDevices?.getDisplayMedia === "function",
    hasSeveralScreens: isExtended ?? null,
  };
}

/** All that is known without trying the line. */
export function deviceLines(needs: DeviceNeeds, around: Surroundings): readonly CheckLine[] {
  return [browserLine(needs, around), screensLine(around), ...(needs.screen ? [sharingLine(around)] : [])];
}

/** Null while it is tried. */
export function speedLine(speed: LineSpeed | "failed" | null): CheckLine {
  const label = gettext("Connection");
  if (speed === null) return { key: "line", label, state: "running", words: gettext("Your connection is being tried…") };
  if (speed === "failed") {
    const words = gettext("Your connection could not be tried. Check that you are online; if others use the same line, ask them to pause.");
    return { key: "line", label, state: "failed", words };
  }
  return { key: "line", label, ...lineWords(speed) };
}

function browserLine(needs: DeviceNeeds, around: Surroundings): CheckLine {
  const label = gettext("Browser");
  const failed = (words: string): CheckLine => ({ key: "browser", label, state: "failed", words });
  if (!around.isSecure) return failed(gettext("This address is not secure, so the browser gives no camera to it. Open the link as you were sent it, with https at its beginning."));
  const lacks = (needs.camera && !around.hasCamera) || (needs.microphone && !around.hasSound) || !around.hasSockets;
  if (lacks) return failed(gettext("This browser is too old for the exam, or an app shows the page. Open the link in a current Chrome, Edge, Firefox or Safari."));
  return { key: "browser", label, state: "fine", words: gettext("Your browser can do all that this exam needs.") };
}

function screensLine({ hasSeveralScreens }: Surroundings): CheckLine {
  const label = gettext("Screens");
  if (hasSeveralScreens === true) {
    const words = gettext("More than one screen is connected. Unplug the others or switch them off, unless your examiner allows them.");
    return { key: "screens", label, state: "notice", words };
  }
  const words =
    hasSeveralScreens === false
      ? gettext("One screen is connected.")
      : gettext("Your browser does not tell how many screens are connected. Use only one.");
  return { key: "screens", label, state: "fine", words };
}

function sharingLine({ canShare }: Surroundings): CheckLine {
  const label = gettext("Sharing your screen");
  if (canShare) return { key: "sharing", label, state: "fine", words: gettext("Your browser can share the screen; you are asked for it later.") };
  const words = gettext("This device cannot share its screen. Use Chrome, Edge, Firefox or Safari on a computer, or ask a person before you begin.");
  return { key: "sharing", label, state: "failed", words };
}
