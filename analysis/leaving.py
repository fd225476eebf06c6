"""Through which side of the picture somebody went: told from where the face was before it was gone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from analysis.observations import Box, Face, Point

Leaving = Literal["no", "left", "right", "up", "down"]

LONGEST_STEP_MS = 3000
"""A face that was last seen longer ago may have gone anywhere."""
BORDER_SHARE = 0.25
"""At the border is within a quarter of the face's width of it."""
REACH_MS = 1000
"""How far ahead the last movement is carried on; people seldom keep a direction longer."""


@dataclass(frozen=True, slots=True)
class Way:
    """The face's last place and movement in pixels a second, and through which side it went."""

    t_ms: int | None = None
    box_px: Box | None = None
    speed_px_s: Point = (0.0, 0.0)
    gone: Leaving = "no"

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Way:
        """Read what `dataclasses.asdict` made.

        Raises:
            KeyError, TypeError, ValueError: for a missing or impossible value.
        """
        across, down = stored["speed_px_s"]
        box = stored["box_px"]
        return cls(
            stored["t_ms"], None if box is None else Box(**box), (float(across), float(down)), stored["gone"]
        )


def watch_leaving(
    way: Way, face: Face | None, face_count: int | None, t_ms: int, size_px: tuple[int, int]
) -> tuple[Way, Leaving | None]:
    """Take one more picture: whether the candidate is gone, and through which side of the picture.

    Sides are the person's own: a picture is not mirrored, so its right side is the person's left. A face that
    was at the border, or on its way to it, when it was last seen went through it; one that vanished in the
    middle turned away or was covered, and did not leave. It lasts until a face is seen again.

    Args:
        way: what the picture before left.
        face: the candidate's face, `None` where there is none or nobody knows which.
        face_count: faces in the picture, `None` if unknown.
        t_ms: its capture time.
        size_px: width and height of the picture.
    """
    if face_count is None:
        return way, None
    if face is not None:
        return _seen(way, face.box_px, t_ms), "no"
    if face_count:
        return Way(), "no"
    if way.box_px is None or way.t_ms is None:
        return way, way.gone
    recent = t_ms - way.t_ms <= LONGEST_STEP_MS
    gone = _side(way.box_px, way.speed_px_s, size_px) if recent else "no"
    return Way(gone=gone), gone


def _seen(way: Way, box: Box, t_ms: int) -> Way:
    if way.box_px is None or way.t_ms is None or not 0 < t_ms - way.t_ms <= LONGEST_STEP_MS:
        return Way(t_ms, box)
    seconds = (t_ms - way.t_ms) / 1000
    (x_px, y_px), (x_before_px, y_before_px) = box.centre_px, way.box_px.centre_px
    return Way(t_ms, box, ((x_px - x_before_px) / seconds, (y_px - y_before_px) / seconds))


def _side(box: Box, speed_px_s: Point, size_px: tuple[int, int]) -> Leaving:
    """The side whose border the face had reached, or would have next by its movement."""
    near_px = BORDER_SHARE * box.width_px
    ahead_s = REACH_MS / 1000
    across_px, down_px = (ahead_s * speed for speed in speed_px_s)
    # How far the face is past the line where it counts as at the border; above zero it is there.
    past_px: dict[Leaving, float] = {
        "right": near_px - box.x_px + max(0.0, -across_px),
        "left": near_px + box.x_px + box.width_px - size_px[0] + max(0.0, across_px),
        "up": near_px - box.y_px + max(0.0, -down_px),
        "down": near_px + box.y_px + box.height_px - size_px[1] + max(0.0, down_px),
    }
    furthest: Leaving = max(past_px, key=lambda side: past_px[side])
    return furthest if past_px[furthest] > 0 else "no"
