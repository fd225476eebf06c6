"""When a frame deserves the slow look (objects, identity): every few seconds, and at once on a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from analysis.observations import AWAY_DOWN_DEG, Scalar

INTERVAL_MS = 5000
PURSUIT_MS = 1000
"""How soon an inspection that found something unconfirmed is followed by the next."""
LEAST_MS = 1000
"""No reason, however good, makes inspections more frequent than this."""
DOWN_MS = 3000


@dataclass(frozen=True, slots=True)
class Watch:
    """What is remembered between frames: the last inspection, the last known count, since when down."""

    inspected_ms: int | None = None
    face_count: int | None = None
    down_since_ms: int | None = None
    down_inspected: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """Whether to inspect a frame. `watch` is to be remembered if it is not, `watch_inspected` if it is.

    A frame that should have been inspected and could not be leaves the next one due.
    """

    due: bool
    watch: Watch
    watch_inspected: Watch


def due(watch: Watch, t_ms: int, signals: Mapping[str, Scalar], *, pursuing: bool = False) -> Due:
    """Decide about one frame from its video signals.

    Args:
        watch: what the frame before left.
        t_ms: capture time of the frame.
        signals: the `v` of its video record.
        pursuing: the last inspection saw something that it could not confirm yet.
    """
    count = signals.get("face_count")
    faces = count if isinstance(count, int) else None
    pitch = signals.get("pitch")
    down = isinstance(pitch, (int, float)) and pitch < -AWAY_DOWN_DEG
    since_ms = (watch.down_since_ms if watch.down_since_ms is not None else t_ms) if down else None
    seen = Watch(
        inspected_ms=watch.inspected_ms,
        face_count=watch.face_count if faces is None else faces,
        down_since_ms=since_ms,
        down_inspected=down and watch.down_inspected,
    )
    long_down = since_ms is not None and t_ms - since_ms >= DOWN_MS
    return Due(
        due=_is_due(watch, seen, t_ms, pursuing, long_down and not seen.down_inspected),
        watch=seen,
        watch_inspected=replace(seen, inspected_ms=t_ms, down_inspected=long_down),
    )


def _is_due(before: Watch, seen: Watch, t_ms: int, pursuing: bool, looking_down: bool) -> bool:
    since_ms = INTERVAL_MS if before.inspected_ms is None else t_ms - before.inspected_ms
    if not 0 <= since_ms < (PURSUIT_MS if pursuing else INTERVAL_MS):
        return True
    came_back = before.face_count == 0 and bool(seen.face_count)
    joined = (seen.face_count or 0) > 1 and (before.face_count or 0) <= 1
    return since_ms >= LEAST_MS and (came_back or joined or looking_down)
