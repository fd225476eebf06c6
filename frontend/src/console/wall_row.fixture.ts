/** A row of the wall, for tests: running, seen, and nothing pointed out. */

import type { WallRow } from "./wall_rows";

export function wallRow(id: string, candidate: string, changes: Partial<WallRow> = {}): WallRow {
  return {
    id,
    candidate,
    external_id: `n-${id}`,
    state: "running",
    online: true,
    score: 0,
    integrity_score: 100,
    coverage: 1,
    thumbnail: null,
    screen: null,
    newest_flag: null,
    flag_counts: { critical: 0, warning: 0, info: 0 },
    open_flags: [],
    url: `/sessions/${id}/`,
    started_at: "2030-01-31T09:00:00Z",
    remaining_ms: 60_000,
    unusual: null,
    waiting: { unread: 0, help_since: null },
    ...changes,
  };
}
