/** What the server wrote into the page: the session, the addresses, what is watched. */

import { isSessionView } from "../protocol/messages";
import type { SessionView } from "../protocol/messages";
import type { IdCardConfig } from "./id_card";
import type { RecordingConfig } from "./recording_part";

export interface Watched {
  readonly key: string;
  readonly label: string;
  readonly why: string;
}

export interface RoomUrls {
  readonly ticket: string;
  readonly start: string;
  readonly submit: string;
  readonly break?: string;
  readonly socket: string;
  readonly thanks: string;
  /** Where the line is tried before the exam. */
  readonly speed?: string;
}

export interface RoomConfig {
  /** Null where the exam asks for no picture of an identity card. */
  readonly id_card?: IdCardConfig | null;
  /** Null where nothing is recorded. */
  readonly recording?: RecordingConfig | null;
  readonly session: SessionView;
  readonly urls: RoomUrls;
  readonly watched: readonly Watched[];
  readonly candidate_name: string;
  /** How long nothing is pointed out; null where no rule looks at it. */
  readonly patience?: { readonly full_screen_ms: number | null; readonly screen_ms: number | null };
  readonly watch_screen?: boolean;
}

const URL_NAMES = ["ticket", "start", "submit", "socket", "thanks"] as const;

export function readRoomConfig(page: Document): RoomConfig {
  const text = page.getElementById("room-config")?.textContent ?? "";
  const value = JSON.parse(text) as Partial<RoomConfig>;
  if (!isSessionView(value.session)) throw new Error("room-config: session is missing or wrong");
  for (const name of URL_NAMES) {
    if (typeof value.urls?.[name] !== "string") throw new Error(`room-config: urls.${name} is missing`);
  }
  return { watched: [], candidate_name: "", ...value } as RoomConfig;
}
