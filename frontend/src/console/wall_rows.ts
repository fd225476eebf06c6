/** The rows of the wall and the hints that change them: pure, so that a reload and a hint give the same tile. */

export type Severity = "critical" | "warning" | "info";
export type SessionState =
  | "invited"
  | "checking"
  | "ready"
  | "running"
  | "paused"
  | "submitted"
  | "expired"
  | "terminated"
  | "cancelled";

export interface FlagBrief {
  readonly id: string;
  readonly rule: string;
  readonly label: string;
  readonly severity: Severity;
  readonly since_ms: number;
  /** The picture kept with it, once there is one. */
  readonly evidence_url: string | null;
}

/** What the candidate wrote and nobody has read, and since when a person is asked for. */
export interface Waiting {
  readonly unread: number;
  readonly help_since: string | null;
}

export interface WallRow {
  readonly id: string;
  readonly candidate: string;
  /** The candidate's number at the institution. */
  readonly external_id: string;
  readonly state: SessionState;
  readonly online: boolean;
  readonly score: number;
  readonly integrity_score: number;
  readonly coverage: number | null;
  readonly thumbnail: string | null;
  /** The newest picture of the screen, where it is watched. */
  readonly screen: string | null;
  readonly newest_flag: FlagBrief | null;
  readonly flag_counts: Readonly<Record<Severity, number>>;
  readonly open_flags: readonly FlagBrief[];
  readonly url: string;
  readonly started_at: string | null;
  readonly remaining_ms: number | null;
  /** How unlike the others a finished sitting was, 0 to 1; it only orders. */
  readonly unusual: number | null;
  readonly waiting: Waiting;
}

export interface FrameData {
  readonly face_count: number | null;
  readonly score: number;
  readonly integrity_score: number;
  readonly coverage: number | null;
  readonly thumbnail: string | null;
  readonly t: number;
  readonly looking_away?: boolean | null;
  readonly camera_state?: string | null;
}

/** Told once without a picture, and again whenever a picture of it is kept. */
export interface OpenedFlag extends FlagBrief {
  readonly t_ms: number;
}

export type Hint =
  | { readonly type: "frame_analyzed"; readonly session: string; readonly data: FrameData }
  | { readonly type: "flag.opened"; readonly session: string; readonly flag: OpenedFlag }
  | { readonly type: "flag.closed"; readonly session: string; readonly flag: { readonly id: string } }
  | { readonly type: "state"; readonly session: string; readonly state: SessionState }
  | { readonly type: "presence"; readonly session: string; readonly online: boolean }
  | { readonly type: "screen"; readonly session: string; readonly picture: string }
  | { readonly type: "chat"; readonly session: string; readonly waiting: Waiting };

const HINT_TYPES: readonly string[] = ["frame_analyzed", "flag.opened", "flag.closed", "state", "presence", "screen", "chat"];

/** A message of the console's socket as a hint, or null: a newer server may say more than this page knows. */
export function readHint(message: unknown): Hint | null {
  if (typeof message !== "object" || message === null) return null;
  const { type, session, waiting } = message as Record<string, unknown>;
  if (typeof type !== "string" || !HINT_TYPES.includes(type) || typeof session !== "string") return null;
  if (type === "chat" && (typeof waiting !== "object" || waiting === null)) return null;
  return message as Hint;
}

export interface Applied {
  readonly rows: readonly WallRow[];
  /** A critical flag that was not known before. */
  readonly alarm: { readonly candidate: string; readonly flag: FlagBrief } | null;
  /** Whoever began to ask for a person. */
  readonly call: WallRow | null;
  /** The hint says too little, or is about a session that the rows do not have: fetch the rows again. */
  readonly reload: boolean;
}

const UNDER_WAY: readonly SessionState[] = ["running", "paused"];
const ENDED: readonly SessionState[] = ["submitted", "expired", "terminated", "cancelled"];

export function isUnderWay(row: WallRow): boolean {
  return UNDER_WAY.includes(row.state);
}

export function hasEnded(row: WallRow): boolean {
  return ENDED.includes(row.state);
}

export function isOffline(row: WallRow): boolean {
  return isUnderWay(row) && !row.online;
}

export function asksForHelp(row: WallRow): boolean {
  return row.waiting.help_since !== null && !hasEnded(row);
}

export function flagTotal(row: WallRow): number {
  return row.flag_counts.critical + row.flag_counts.warning + row.flag_counts.info;
}

export function openCount(row: WallRow, severity: Severity): number {
  return row.open_flags.filter((flag) => flag.severity === severity).length;
}

export function applyHint(rows: readonly WallRow[], hint: Hint): Applied {
  const row = rows.find((candidate) => candidate.id === hint.session);
  if (row === undefined) return { rows, alarm: null, call: null, reload: true };
  const changed = changedRow(row, hint);
  const isNew = hint.type === "flag.opened" && isFirstTold(row, hint.flag);
  return {
    rows: rows.map((candidate) => (candidate === row ? changed : candidate)),
    alarm: isNew && hint.flag.severity === "critical" ? { candidate: row.candidate, flag: hint.flag } : null,
    call: asksForHelp(changed) && !asksForHelp(row) ? changed : null,
    reload: hint.type === "state",
  };
}

function changedRow(row: WallRow, hint: Hint): WallRow {
  switch (hint.type) {
    case "frame_analyzed": {
      const { score, integrity_score, coverage, thumbnail } = hint.data;
      return { ...row, score, integrity_score, coverage, thumbnail };
    }
    case "flag.opened":
      return isFirstTold(row, hint.flag) ? withFlag(row, hint.flag) : withPicture(row, hint.flag);
    case "flag.closed":
      return { ...row, open_flags: row.open_flags.filter((flag) => flag.id !== hint.flag.id) };
    case "state":
      return { ...row, state: hint.state };
    case "presence":
      return { ...row, online: hint.online };
    case "screen":
      return { ...row, screen: hint.picture };
    case "chat":
      return { ...row, waiting: hint.waiting };
  }
}

/** The snapshot may hold the flag already that a hint on its way tells of; a picture may come after the flag has closed. */
function isFirstTold(row: WallRow, { id, evidence_url }: OpenedFlag): boolean {
  const isKnown = row.newest_flag?.id === id || row.open_flags.some((flag) => flag.id === id);
  return !isKnown && evidence_url === null;
}

function withFlag(row: WallRow, flag: FlagBrief): WallRow {
  const { id, rule, label, severity, since_ms, evidence_url } = flag;
  const brief = { id, rule, label, severity, since_ms, evidence_url };
  return {
    ...row,
    newest_flag: brief,
    flag_counts: { ...row.flag_counts, [severity]: row.flag_counts[severity] + 1 },
    open_flags: [...row.open_flags, brief],
  };
}

function withPicture(row: WallRow, { id, evidence_url }: OpenedFlag): WallRow {
  const pictured = (flag: FlagBrief): FlagBrief => (flag.id === id && evidence_url !== null ? { ...flag, evidence_url } : flag);
  return { ...row, newest_flag: row.newest_flag && pictured(row.newest_flag), open_flags: row.open_flags.map(pictured) };
}
