/** What the page tells about the device it runs on. */

import type { Device } from "../protocol/messages";

/** The server's limits: a hello that is too long would be refused, and with it the whole exam. */
const MAX_USER_AGENT_LENGTH = 1000;
const MAX_CAMERA_LABEL_LENGTH = 300;

export function deviceOf(cameraLabel: string): Device {
  return {
    user_agent: navigator.userAgent.slice(0, MAX_USER_AGENT_LENGTH),
    screen: [Math.round(screen.width), Math.round(screen.height)],
    camera_label: cameraLabel.slice(0, MAX_CAMERA_LABEL_LENGTH),
  };
}

/** The same device, flat: what is kept with the session is a list of plain facts. */
export function factsOf({ user_agent, screen: [screen_width_px, screen_height_px], camera_label }: Device): Readonly<
  Record<string, string | number>
> {
  return { user_agent, screen_width_px, screen_height_px, camera_label };
}
