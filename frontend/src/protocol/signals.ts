/** Messages of type signal: what two browsers say to each other about a live picture, and what the server adds. */

import { isFields, isSwitch, isText, listOf, oneOf, optional, orNull, shaped } from "./shapes";
import type { Check } from "./shapes";

export type StreamName = "camera" | "screen";

/** How to reach the other side; `relay_only` where neither may learn the other's address. */
export interface Ice {
  readonly servers: readonly { readonly urls: readonly string[]; readonly username: string; readonly credential: string }[];
  readonly relay_only: boolean;
}

export interface Description {
  readonly type: "offer" | "answer";
  readonly sdp: string;
}

export interface Candidate {
  readonly candidate: string;
  readonly sdpMid: string | null;
  readonly sdpMLineIndex: number | null;
  readonly usernameFragment: string | null;
}

interface Said {
  readonly type: "signal";
  readonly watch: string;
}

/** What either end says and the other one hears. */
export type PeerSignal =
  | (Said & {
      readonly what: "description";
      readonly description: Description;
      /** The media lines of the description (their mids), by what they show. */
      readonly streams?: Readonly<Partial<Record<StreamName, string>>>;
    })
  | (Said & { readonly what: "candidates"; readonly candidates: readonly Candidate[] });

export type RoomSignal = PeerSignal | (Said & { readonly what: "end"; readonly reason?: "closed" | "failed" | "not_now" });
export type ConsoleSignal =
  | PeerSignal
  | (Said & { readonly what: "end" })
  | { readonly type: "signal"; readonly what: "begin"; readonly session: string };

export type RoomNews =
  | PeerSignal
  | (Said & { readonly what: "begin"; readonly ice: Ice; readonly streams: readonly StreamName[] })
  | (Said & { readonly what: "end" });

export type ConsoleNews =
  | PeerSignal
  | (Said & { readonly what: "begun"; readonly session: string; readonly ice: Ice })
  | (Said & { readonly what: "ended"; readonly session: string; readonly code: string; readonly text: string })
  | {
      readonly type: "signal";
      readonly what: "refused";
      readonly session: string;
      readonly code: string;
      readonly text: string;
    };

const STREAMS = ["camera", "screen"] as const;
const isIndex: Check = (value) => typeof value === "number";
const isIce = shaped({
  servers: listOf(shaped({ urls: listOf(isText), username: isText, credential: isText })),
  relay_only: isSwitch,
});
const isCandidate = shaped({
  candidate: isText,
  sdpMid: orNull(isText),
  sdpMLineIndex: orNull(isIndex),
  usernameFragment: orNull(isText),
});

const PEER: Readonly<Record<PeerSignal["what"], Check>> = {
  description: shaped({
    watch: isText,
    description: shaped({ type: oneOf(["offer", "answer"]), sdp: isText }),
    streams: optional(shaped({ camera: optional(isText), screen: optional(isText) })),
  }),
  candidates: shaped({ watch: isText, candidates: listOf(isCandidate) }),
};
const ROOM: Readonly<Record<RoomNews["what"], Check>> = {
  ...PEER,
  begin: shaped({ watch: isText, ice: isIce, streams: listOf(oneOf(STREAMS)) }),
  end: shaped({ watch: isText }),
};
const CONSOLE: Readonly<Record<ConsoleNews["what"], Check>> = {
  ...PEER,
  begun: shaped({ watch: isText, session: isText, ice: isIce }),
  ended: shaped({ watch: isText, session: isText, code: isText, text: isText }),
  refused: shaped({ session: isText, code: isText, text: isText }),
};

export const isRoomNews: Check = (message) => fits(ROOM, message);

/** The signal in a message of the console's socket; null for anything else. */
export function readConsoleNews(message: unknown): ConsoleNews | null {
  return isFields(message) && message["type"] === "signal" && fits(CONSOLE, message) ? (message as unknown as ConsoleNews) : null;
}

function fits(shapes: Readonly<Record<string, Check>>, message: unknown): boolean {
  const what = isFields(message) ? message["what"] : undefined;
  return typeof what === "string" && Object.hasOwn(shapes, what) && shapes[what]!(message);
}

/** The browser's own configuration of a connection. */
export function configurationOf(ice: Ice): RTCConfiguration {
  return {
    iceServers: ice.servers.map(({ urls, username, credential }) => ({ urls: [...urls], username, credential })),
    iceTransportPolicy: ice.relay_only ? "relay" : "all",
  };
}
