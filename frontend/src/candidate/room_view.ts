/** Everything the candidate's page shows, as one value that is replaced when something changes. */

import type { Guidance, NoticeLevel, SessionState, SessionView } from "../protocol/messages";
import type { Connection } from "../socket/ticket_socket";
import { NOT_ASKED } from "./breaks_part";
import type { BreaksState } from "./breaks_part";
import type { CameraState } from "./camera";
import { NO_CHAT } from "./chat_view";
import type { ChatView } from "./chat_view";
import type { GazeState } from "./gaze_walk";
import type { MicrophoneState } from "./microphone";
import type { RecordingState } from "./recording_part";
import type { RoomConfig, Watched } from "./room_config";
import type { Away } from "./full_screen_part";
import type { ScreenState } from "./screen_share";
import type { Told } from "../protocol/told";

export interface RoomView {
  readonly session: SessionView;
  readonly candidateName: string;
  readonly watched: readonly Watched[];
  /** Some exams watch only the browser: then nobody is asked for a camera. */
  readonly cameraNeeded: boolean;
  readonly camera: CameraState;
  readonly microphoneNeeded: boolean;
  readonly microphone: MicrophoneState;
  /** The points that are looked at before the start, where the exam follows eyes. */
  readonly gaze: GazeState;
  readonly connection: Connection;
  readonly networkOnline: boolean;
  /** Fewer pictures go, since the line carries no more. */
  readonly slowLine: boolean;
  readonly guidance: Guidance | null;
  readonly chat: ChatView;
  readonly notice: { readonly level: NoticeLevel; readonly text: string } | null;
  /** How many proctors see the camera as it happens, now. */
  readonly liveWatchers: number;
  /** Null where nothing is recorded. */
  readonly recording: RecordingState | null;
  readonly breaks: BreaksState;
  /** The screen, where the exam watches it. */
  readonly screen: ScreenState;
  /** The candidate begins without sharing it, and a person decides. */
  readonly screenSkipped: boolean;
  /** Full screen was left and is asked for. */
  readonly away: Away | null;
  /** In the order in which it was told. */
  readonly told: readonly Told[];
  /** The camera check takes long: the candidate may go on and a person will check. */
  readonly helpOffered: boolean;
  readonly starting: boolean;
  readonly startProblem: string | null;
  readonly handingIn: "no" | "asked" | "time_up";
  readonly handInProblem: string | null;
}

const ENDED: ReadonlySet<SessionState> = new Set(["submitted", "expired", "terminated", "cancelled"]);

export function hasEnded(session: SessionView): boolean {
  return ENDED.has(session.state);
}

export function isInExam(session: SessionView): boolean {
  return session.state === "running" || session.state === "paused";
}

/** Whether news of the session is older than what is shown: nobody goes back from the exam to the check before it. */
export function isOvertaken(news: SessionView, shown: SessionView): boolean {
  return (isInExam(shown) || hasEnded(shown)) && !isInExam(news) && !hasEnded(news);
}

/** As far as the page knows. */
export function isOnline({ connection, networkOnline }: RoomView): boolean {
  return networkOnline && connection.status === "connected";
}

/** Points are still to be looked at, or to be skipped. */
export function pointsAreOpen({ gaze, session }: RoomView): boolean {
  return session.state === "ready" && ["offered", "walking", "fitting"].includes(gaze.status);
}

/** In a pause nobody is watched, and the server refuses pictures; at the points the eyes' pictures are enough. */
export function wantsFrames(view: RoomView): boolean {
  if (view.gaze.status === "walking") return false;
  return view.cameraNeeded && ["checking", "ready", "running"].includes(view.session.state);
}

export function firstView(config: RoomConfig): RoomView {
  return {
    session: config.session,
    candidateName: config.candidate_name,
    watched: config.watched,
    cameraNeeded: config.watched.some(({ key }) => key === "webcam"),
    camera: { status: "off" },
    microphoneNeeded: config.watched.some(({ key }) => key === "microphone"),
    microphone: { status: "off" },
    gaze: { status: "unwanted" },
    connection: { status: "connecting" },
    networkOnline: navigator.onLine,
    slowLine: false,
    guidance: null,
    chat: NO_CHAT,
    notice: null,
    liveWatchers: 0,
    recording: config.recording == null ? null : { status: "off", waiting: 0 },
    breaks: NOT_ASKED,
    screen: { status: "unwanted" },
    screenSkipped: false,
    away: null,
    told: [],
    helpOffered: false,
    starting: false,
    startProblem: null,
    handingIn: "no",
    handInProblem: null,
  };
}
