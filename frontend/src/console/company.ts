/** Those who watch together: who is there, whom they look at, and what they did; a reload reads the same. */

import { gettext } from "../words/gettext";
import { sinceWords } from "./wall_words";

export interface Watcher {
  readonly person: string;
  readonly name: string;
  /** Whom they look at; null on the wall as a whole. */
  readonly session: string | null;
}

export interface Act {
  readonly at: string;
  readonly action: string;
  readonly actor: string;
  readonly session: string;
  readonly candidate: string;
  readonly minutes: number | null;
}

export type CompanyHint =
  | { readonly type: "watchers"; readonly watchers: readonly Watcher[] }
  | { readonly type: "act"; readonly act: Act };

const MOST_ACTS = 20;

/** A message of the console's socket that is about those who watch, or null. */
export function readCompanyHint(message: unknown): CompanyHint | null {
  if (typeof message !== "object" || message === null) return null;
  const { type, watchers, act } = message as Record<string, unknown>;
  if (type === "watchers" && Array.isArray(watchers)) return message as CompanyHint;
  return type === "act" && typeof act === "object" && act !== null ? (message as CompanyHint) : null;
}

/** Newest first; an act that a reload has brought already is there once. */
export function withAct(acts: readonly Act[], act: Act): readonly Act[] {
  const isKnown = acts.some(
    ({ action, session, actor, at }) =>
      action === act.action && session === act.session && actor === act.actor && Math.abs(Date.parse(at) - Date.parse(act.at)) < 2000,
  );
  return isKnown ? acts : [act, ...acts].slice(0, MOST_ACTS);
}

/** Names of the others, each once. */
export function othersThere(watchers: readonly Watcher[], me: string, session: string | null = null): readonly string[] {
  const there = watchers.filter((watcher) => watcher.person !== me && (session === null || watcher.session === session));
  return [...new Set(there.map(({ name }) => name))];
}

/** "Anna paused Bea." */
export function actWords({ action, actor, candidate, minutes }: Act): string {
  const names = { actor, candidate };
  switch (action) {
    case "session.paused":
      return gettext("%(actor)s paused %(candidate)s.", names);
    case "session.resumed":
      return gettext("%(actor)s let %(candidate)s go on.", names);
    case "session.time_given":
      return gettext("%(actor)s gave %(candidate)s more time: %(minutes)s min.", { ...names, minutes: minutes ?? 0 });
    case "session.warned":
      return gettext("%(actor)s warned %(candidate)s.", names);
    case "session.screen_excused":
      return gettext("%(actor)s let %(candidate)s go on without the screen.", names);
    case "session.note":
      return gettext("%(actor)s wrote a note on %(candidate)s.", names);
    case "session.message_sent":
      return gettext("%(actor)s wrote to %(candidate)s.", names);
    case "session.help_answered":
      return gettext("%(actor)s answered %(candidate)s.", names);
    case "session.submitted":
      return gettext("%(actor)s ended the exam of %(candidate)s.", names);
    case "session.terminated":
      return gettext("%(actor)s terminated %(candidate)s.", names);
    default:
      return gettext("%(actor)s did something with %(candidate)s.", names);
  }
}

/** "10 s ago" */
export function agoWords(act: Act, nowMs: number): string {
  return gettext("%(time)s ago", { time: sinceWords(act.at, nowMs) });
}
