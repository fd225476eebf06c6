"""From one picture to the next: how far pupils and face moved, judged by published limits for single frames.

The limits are shares of the picture from one frame to the next, so they depend on the frame rate and on how
near the face is, and many an honest picture exceeds them. The exam room does not use them; they are for
programs that want this answer for each frame.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from analysis.close_look import CloseLook
from analysis.observations import Point

PupilMovement = Literal["straight", "normal", "unusual"]
Reason = Literal["eyes_closed", "pupils_unusual", "face_moved", "several_faces"]

CLOSED_EAR = 0.18
STRAIGHT_BELOW = 0.002
UNUSUAL_ABOVE = 0.008
FACE_MOVED = 0.05
LONGEST_STEP_MS = 3000
"""Between pictures further apart nothing is known about how somebody moved."""
WORDS: dict[Reason, str] = {
    "eyes_closed": "the eyes are closed",
    "pupils_unusual": "the pupils moved far",
    "face_moved": "the face moved far",
    "several_faces": "there is more than one face",
}


@dataclass(frozen=True, slots=True)
class FrameState:
    """What is remembered of the picture before; places are shares of its width and height."""

    t_ms: int | None = None
    pupils: tuple[Point, Point] | None = None
    face: Point | None = None

    def to_json(self) -> dict[str, Any]:
        return {"t": self.t_ms, "pupils": self.pupils, "face": self.face}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> FrameState:
        pupils, face = stored["pupils"], stored["face"]
        return cls(
            stored["t"],
            None if pupils is None else (_point(pupils[0]), _point(pupils[1])),
            None if face is None else _point(face),
        )


@dataclass(frozen=True, slots=True)
class FrameVerdict:
    """`pupil_move` and `face_move` are distances since the picture before, as shares; `None` is unknown."""

    pupil_move: float | None = None
    face_move: float | None = None
    reasons: tuple[Reason, ...] = ()

    @property
    def anomaly(self) -> bool:
        return bool(self.reasons)

    @property
    def pupil_movement(self) -> PupilMovement | None:
        if self.pupil_move is None:
            return None
        if self.pupil_move < STRAIGHT_BELOW:
            return "straight"
        return "unusual" if self.pupil_move > UNUSUAL_ABOVE else "normal"


def judge_frame(before: FrameState, look: CloseLook, t_ms: int) -> tuple[FrameState, FrameVerdict]:
    """Compare one more picture with the one before; unknown is never an anomaly.

    Movement is unknown for the first picture, after a gap of more than three seconds, where time does not go
    on, and where nobody or nobody in particular was seen in either picture.

    Source: the limits that an earlier open proctoring package published: eye aspect ratio below 0.18, mean
    pupil movement below 0.002 straight and above 0.008 unusual, face movement above 0.05, more than one face.
    """
    now = FrameState(t_ms, look.pupils, _place(look))
    follows = before.t_ms is not None and 0 < t_ms - before.t_ms <= LONGEST_STEP_MS
    pupil_move = _pupil_move(before.pupils, now.pupils) if follows else None
    face_move = _distance(before.face, now.face) if follows else None
    return now, FrameVerdict(pupil_move, face_move, _reasons(look, pupil_move, face_move))


def _reasons(look: CloseLook, pupil_move: float | None, face_move: float | None) -> tuple[Reason, ...]:
    face, count = look.seen.candidate, look.seen.face_count
    found: dict[Reason, bool] = {
        "eyes_closed": face is not None and face.ear is not None and face.ear < CLOSED_EAR,
        "pupils_unusual": pupil_move is not None and pupil_move > UNUSUAL_ABOVE,
        "face_moved": face_move is not None and face_move > FACE_MOVED,
        "several_faces": count is not None and count > 1,
    }
    return tuple(reason for reason, holds in found.items() if holds)


def _place(look: CloseLook) -> Point | None:
    face = look.seen.candidate
    if face is None:
        return None
    x_px, y_px = face.box_px.centre_px
    return x_px / look.seen.width_px, y_px / look.seen.height_px


def _pupil_move(before: tuple[Point, Point] | None, now: tuple[Point, Point] | None) -> float | None:
    if before is None or now is None:
        return None
    return (math.dist(before[0], now[0]) + math.dist(before[1], now[1])) / 2


def _distance(before: Point | None, now: Point | None) -> float | None:
    return None if before is None or now is None else math.dist(before, now)


def _point(stored: Any) -> Point:
    x, y = stored
    return float(x), float(y)
