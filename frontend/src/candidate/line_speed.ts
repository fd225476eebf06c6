/** How fast the line is, both ways, measured with a few bytes that say nothing. */

import { gettext } from "../words/gettext";
import { csrfToken } from "./requests";

/** What an exam sends by default, and what leaves room beside it. */
const LEAST_UP_KBIT_S = 100;
const GOOD_UP_KBIT_S = 400;
const LEAST_DOWN_KBIT_S = 250;
const UP_BYTES = 64 * 1024;

export interface LineSpeed {
  readonly downKbitS: number;
  readonly upKbitS: number;
}

/** Throws where the server cannot be reached. */
export async function measureLine(url: string, nowMs: () => number = () => performance.now()): Promise<LineSpeed> {
  const begunMs = nowMs();
  const down = await (await sent(url, { method: "GET" })).arrayBuffer();
  const gotMs = nowMs();
  const body = new Uint8Array(UP_BYTES);
  for (let place = 0; place < UP_BYTES; place += 1) body[place] = Math.floor(Math.random() * 256);
  const startedMs = nowMs();
  await sent(url, { method: "POST", body, headers: { "Content-Type": "application/octet-stream", "X-CSRFToken": csrfToken() } });
  return { downKbitS: kbitS(down.byteLength, gotMs - begunMs), upKbitS: kbitS(UP_BYTES, nowMs() - startedMs) };
}

export function lineWords({ downKbitS, upKbitS }: LineSpeed): { readonly state: "fine" | "notice"; readonly words: string } {
  const measured = { down: megabits(downKbitS), up: megabits(upKbitS) };
  if (upKbitS < LEAST_UP_KBIT_S || downKbitS < LEAST_DOWN_KBIT_S) {
    const words = gettext(
      "Your connection is slow: %(down)s Mbit/s down, %(up)s Mbit/s up. The exam works, with fewer pictures. A cable, or a place nearer to the router, helps; so does closing downloads and video.",
      measured,
    );
    return { state: "notice", words };
  }
  if (upKbitS < GOOD_UP_KBIT_S) {
    return { state: "fine", words: gettext("Your connection is enough: %(down)s Mbit/s down, %(up)s Mbit/s up. Close downloads and video while you sit the exam.", measured) };
  }
  return { state: "fine", words: gettext("Your connection is good: %(down)s Mbit/s down, %(up)s Mbit/s up.", measured) };
}

async function sent(url: string, request: RequestInit): Promise<Response> {
  const response = await fetch(url, { credentials: "same-origin", cache: "no-store", ...request });
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return response;
}

function kbitS(bytes: number, durationMs: number): number {
  return (bytes * 8) / Math.max(1, durationMs);
}

function megabits(kbitPerS: number): string {
  return (kbitPerS / 1000).toFixed(kbitPerS < 10_000 ? 1 : 0);
}
