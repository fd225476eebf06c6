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
JUMP_SHARE = 0.08
JUMP_YAW_DEG = 25.0
"""A face that moved or turned so far from one frame to the next may be another one: shares of the picture."""
JUMP_WITHIN_MS = 3000
"""Between frames further apart a face may have gone anywhere."""


@dataclass(frozen=True, slots=True)
class Face:
    """Where the candidate's face was in a frame, as shares of the picture, and how far it was turned."""

    t_ms: int
    x: float
    y: float
    yaw_deg: float | None


@dataclass(frozen=True, slots=True)
class Watch:
    """What is remembered between frames: the last inspection, count and face, since when the head is down.

    `wanted` is a reason that came too soon after an inspection, or while none could be taken.
    """

    inspected_ms: int | None = None
    face_count: int | None = None
    face: Face | None = None
    down_since_ms: int | None = None
    down_inspected: bool = False
    wanted: bool = False


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
        face=_face(t_ms, signals) or watch.face,
        down_since_ms=since_ms,
        down_inspected=down and watch.down_inspected,
    )
    long_down = since_ms is not None and t_ms - since_ms >= DOWN_MS
    wanted = watch.wanted or _changed(watch, seen) or (long_down and not seen.down_inspected)
    return Due(
        due=_is_due(watch, t_ms, pursuing, wanted),
        watch=replace(seen, wanted=wanted),
        watch_inspected=replace(seen, inspected_ms=t_ms, down_inspected=long_down),
    )


def _is_due(watch: Watch, t_ms: int, pursuing: bool, wanted: bool) -> bool:
    since_ms = INTERVAL_MS if watch.inspected_ms is None else t_ms - watch.inspected_ms
    if not 0 <= since_ms < (PURSUIT_MS if pursuing else INTERVAL_MS):
        return True
    return wanted and since_ms >= LEAST_MS


def _changed(before: Watch, seen: Watch) -> bool:
    came_back = before.face_count == 0 and bool(seen.face_count)
    joined = (seen.face_count or 0) > 1 and (before.face_count or 0) <= 1
    return came_back or joined or _jumped(before.face, seen.face)


def _face(t_ms: int, signals: Mapping[str, Scalar]) -> Face | None:
    x, y, yaw_deg = (_number(signals.get(name)) for name in ("face_x", "face_y", "yaw"))
    return None if x is None or y is None else Face(t_ms, x, y, yaw_deg)


def _number(value: Scalar) -> float | None:
    return value if isinstance(value, (int, float)) else None


def _jumped(before: Face | None, now: Face | None) -> bool:
    """Whether one face took the place of another, or one face moved as if it had."""
    if before is None or now is None or not 0 < now.t_ms - before.t_ms <= JUMP_WITHIN_MS:
        return False
    if max(abs(now.x - before.x), abs(now.y - before.y)) > JUMP_SHARE:
        return True
    if before.yaw_deg is None or now.yaw_deg is None:
        return False
    return abs(now.yaw_deg - before.yaw_deg) > JUMP_YAW_DEG
