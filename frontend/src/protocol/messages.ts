/** The text messages of /ws/room/: their types, and the check of what the server sent. */

import { isCount, isFields, isShare, isSwitch, isText, isWhole, oneOf, optional, orNull, shaped } from "./shapes";
import type { Check } from "./shapes";
import { isCapture, isRecordingWelcome } from "./captures";
import type { Capture, RecordingWelcome } from "./captures";
import { CHAT_SHAPES } from "./chat";
import type { ChatClientMessage, ChatServerMessage } from "./chat";
import { isRoomNews } from "./signals";
import type { RoomNews, RoomSignal } from "./signals";
import { isTold, isToldNews } from "./told";
import type { Told, ToldNews } from "./told";

export const EVENT_NAMES = [
  "tab_hidden",
  "tab_visible",
  "window_blur",
  "window_focus",
  "full_screen_left",
  "full_screen_entered",
  "copy",
  "cut",
  "paste",
  "context_menu",
  "offline",
  "online",
  "page_loaded",
  "camera_lost",
  "camera_back",
  "camera_described",
  "microphone_lost",
  "microphone_back",
  "other_tab",
  "other_tab_left",
  "content_opened",
  "screen_shared",
  "screen_part",
  "screen_missing",
  "screen_lost",
  "screen_back",
  "warning_read",
] as const;
export const MAX_EVENTS_PER_MESSAGE = 100;

const SESSION_STATES = [
  "invited",
  "checking",
  "ready",
  "running",
  "paused",
  "submitted",
  "expired",
  "terminated",
  "cancelled",
] as const;
const GUIDANCE_CODES = [
  "ok",
  "no_face",
  "several_faces",
  "too_dark",
  "covered",
  "too_far",
  "turned",
  "unknown",
  "turn_left",
  "turn_right",
  "face_forward",
  "person_checks",
] as const;
const OUTCOMES = ["recorded", "refused", "unavailable", "checked"] as const;
const LEVELS = ["info", "warning", "error"] as const;

export type EventName = (typeof EVENT_NAMES)[number];
export type SessionState = (typeof SESSION_STATES)[number];
export type GuidanceCode = (typeof GUIDANCE_CODES)[number];
export type FrameOutcome = (typeof OUTCOMES)[number];
export type NoticeLevel = (typeof LEVELS)[number];

export interface EventDetail {
  readonly duration_ms?: number;
  readonly length?: number;
  /** Of warning_read: which warning. */
  readonly number?: number;
  /** Of camera_described: what the browser says of the camera, and what comes. */
  readonly capabilities?: number;
  readonly told_width_px?: number;
  readonly told_height_px?: number;
  readonly told_fps_milli?: number;
  readonly width_px?: number;
  readonly height_px?: number;
  readonly interval_us?: number;
  readonly jitter_us?: number;
}

export interface UnnumberedEvent {
  readonly t: number;
  readonly ev: EventName;
  readonly n: number;
  readonly detail?: EventDetail;
}

export interface BrowserEvent extends UnnumberedEvent {
  readonly stream: "browser";
  readonly seq: number;
}

export interface Device {
  readonly user_agent: string;
  readonly screen: readonly [number, number];
  readonly camera_label: string;
}

export type ClientMessage =
  | { readonly type: "hello"; readonly ticket: string; readonly device: Device }
  | { readonly type: "events"; readonly events: readonly BrowserEvent[] }
  | { readonly type: "gaze_begin"; readonly points: readonly (readonly [number, number])[] }
  | { readonly type: "gaze_fit" }
  | RoomSignal
  | ChatClientMessage
  | { readonly type: "pong" };

export interface SessionView {
  readonly id: string;
  readonly state: SessionState;
  readonly exam_title: string;
  readonly content_url: string;
  readonly instructions: string;
  readonly now_ms: number | null;
  readonly remaining_ms: number | null;
  readonly allowed_tabs: number;
  readonly require_full_screen: boolean;
  /** Null where no break was granted; `remaining_ms` is null outside a break. */
  readonly breaks?: { readonly left: number; readonly minutes: number; readonly remaining_ms: number | null } | null;
  readonly paused_at?: string | null;
}

export interface ClientSettings {
  readonly frame_interval_ms: number;
  readonly frame_width: number;
  readonly frame_height: number;
  readonly jpeg_quality: number;
  readonly ack_timeout_ms: number;
}

export interface Welcome {
  readonly type: "welcome";
  readonly server_time: string;
  readonly session: SessionView;
  /** `audio` only where the exam listens, `screen` only where it watches the screen. */
  readonly next_seq: { readonly browser: number; readonly video: number; readonly audio?: number; readonly screen?: number };
  readonly told?: readonly Told[];
  readonly client: ClientSettings;
  /** Only where the exam is recorded. */
  readonly recording?: RecordingWelcome;
  /** Only where the exam follows eyes. */
  readonly gaze?: { readonly fitted: boolean };
}

/** What became of the points that were looked at. */
export interface GazeOutcome {
  readonly type: "gaze";
  readonly kept: boolean;
  readonly code: string;
  readonly text: string;
}

export interface Guidance {
  readonly type: "guidance";
  readonly ok: boolean;
  readonly code: GuidanceCode;
  readonly text: string;
  readonly progress: number;
}

export type ServerMessage =
  | Welcome
  | Guidance
  | GazeOutcome
  | Capture
  | { readonly type: "ack"; readonly stream: "gaze"; readonly seq: number; readonly found: boolean }
  | { readonly type: "ack"; readonly stream: "browser"; readonly seq: number }
  | { readonly type: "ack"; readonly stream: "video"; readonly seq: number; readonly outcome: FrameOutcome }
  | { readonly type: "ack"; readonly stream: "late"; readonly seq: number; readonly outcome: FrameOutcome }
  | { readonly type: "state"; readonly session: SessionView }
  | { readonly type: "notice"; readonly level: NoticeLevel; readonly text: string }
  | RoomNews
  | ChatServerMessage
  | ToldNews
  | { readonly type: "ping" }
  | { readonly type: "error"; readonly code: string; readonly message: string; readonly ref: number | null };

export type MessageFault = "not_json" | "not_an_object" | "unknown_type" | "bad_field";

export class MessageError extends Error {
  override readonly name = "MessageError";

  constructor(
    readonly fault: MessageFault,
    detail: string,
  ) {
    super(detail);
  }
}

const isSession = shaped({
  id: isText,
  state: oneOf(SESSION_STATES),
  exam_title: isText,
  content_url: isText,
  instructions: isText,
  now_ms: orNull(isWhole),
  remaining_ms: orNull(isWhole),
  allowed_tabs: isWhole,
  require_full_screen: isSwitch,
  breaks: optional(orNull(shaped({ left: isWhole, minutes: isWhole, remaining_ms: orNull(isWhole) }))),
  paused_at: optional(orNull(isText)),
});

const SHAPES: Readonly<Record<ServerMessage["type"], Check>> = {
  welcome: shaped({
    server_time: isText,
    session: isSession,
    next_seq: shaped({ browser: isCount, video: isCount, audio: optional(isCount), screen: optional(isCount) }),
    told: optional((value) => Array.isArray(value) && value.every(isTold)),
    recording: optional(isRecordingWelcome),
    gaze: optional((value) => shaped({ fitted: isSwitch })(value)),
    client: shaped({
      frame_interval_ms: isCount,
      frame_width: isCount,
      frame_height: isCount,
      jpeg_quality: isShare,
      ack_timeout_ms: isCount,
    }),
  }),
  ack: (value) =>
    shaped({ stream: oneOf(["browser"]), seq: isWhole })(value) ||
    shaped({ stream: oneOf(["gaze"]), seq: isWhole, found: isSwitch })(value) ||
    shaped({ stream: oneOf(["video", "late"]), seq: isWhole, outcome: oneOf(OUTCOMES) })(value),
  guidance: shaped({ ok: isSwitch, code: oneOf(GUIDANCE_CODES), text: isText, progress: isShare }),
  gaze: shaped({ kept: isSwitch, code: isText, text: isText }),
  state: shaped({ session: isSession }),
  notice: shaped({ level: oneOf(LEVELS), text: isText }),
  signal: isRoomNews,
  ...CHAT_SHAPES,
  told: isToldNews,
  capture: isCapture,
  ping: () => true,
  error: shaped({ code: isText, message: isText, ref: orNull(isWhole) }),
};

export function parseServerMessage(text: string): ServerMessage {
  const value = parseJson(text);
  if (!isFields(value)) throw new MessageError("not_an_object", "a message is a JSON object");
  const check = typeof value["type"] === "string" ? Object.entries(SHAPES).find(([type]) => type === value["type"])?.[1] : undefined;
  if (check === undefined) throw new MessageError("unknown_type", `unknown message type ${String(value["type"])}`);
  if (!check(value)) throw new MessageError("bad_field", `a field of the ${String(value["type"])} message is wrong`);
  return value as unknown as ServerMessage;
}

/** The check that the page's own configuration uses for its embedded session. */
export function isSessionView(value: unknown): value is SessionView {
  return isSession(value);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new MessageError("not_json", "a message is JSON");
  }
}
