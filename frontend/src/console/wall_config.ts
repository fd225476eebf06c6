/** What the server embeds in the wall's page. */

import type { WallRow } from "./wall_rows";

export interface WallConfig {
  readonly exam: string;
  readonly urls: { readonly data: string; readonly ticket: string; readonly socket: string };
  readonly wall: { readonly sessions: readonly WallRow[] };
}

export function embeddedJson<T>(id: string, root: Document = document): T {
  const text = root.getElementById(id)?.textContent;
  if (text == null) throw new Error(`the page lacks #${id}`);
  return JSON.parse(text) as T;
}
