/** What the server embeds in the wall's page. */

import type { Act, Watcher } from "./company";
import type { WallRow } from "./wall_rows";

export interface Wall {
  readonly sessions: readonly WallRow[];
  readonly watchers: readonly Watcher[];
  readonly acts: readonly Act[];
}

export interface WallConfig {
  readonly exam: string;
  readonly urls: { readonly data: string; readonly ticket: string; readonly socket: string };
  readonly wall: Wall;
  /** The person who looks at the page. */
  readonly me: string;
  readonly may_intervene: boolean;
}

export function embeddedJson<T>(id: string, root: Document = document): T {
  const text = root.getElementById(id)?.textContent;
  if (text == null) throw new Error(`the page lacks #${id}`);
  return JSON.parse(text) as T;
}
