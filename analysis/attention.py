"""Which way the head is turned, with hysteresis: a head at the edge of a limit does not flicker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from analysis.observations import (
    AWAY_DOWN_DEG,
    AWAY_UP_DEG,
    AWAY_YAW_DEG,
    Face,
    Scalar,
    looking_away,
)

Attention = Literal["screen", "left", "right", "up", "down", "far"]

BACK_YAW_DEG, BACK_DOWN_DEG, BACK_UP_DEG = 18.0, 14.0, 12.0
"""Nearer to the neutral pose than this, a head that was turned away is back."""
WORDS: Mapping[Attention, str] = {
    "left": "turned to the person's own left",
    "right": "turned to the person's own right",
    "up": "raised",
    "down": "lowered",
    "far": "turned so far that its features could not be placed",
}


def attention(before: Attention | None, face: Face | None, frame_width_px: int) -> Attention | None:
    """Where the head points; `None` when it cannot be told.

    Away begins past 25 degrees to a side, 20 down or 18 up, and ends within 18, 14 and 12. Among several
    directions the one furthest past its limit is told. `far` is a face that is surely there but turned
    beyond about 60 degrees, where landmarks collapse; one that was turned to a side before keeps its side.

    Args:
        before: the last answer that was known.
        face: the candidate's face with angles in degrees against the neutral pose.
        frame_width_px: width of the picture.
    """
    if face is None:
        return None
    if face.yaw_deg is None or face.pitch_deg is None:
        if looking_away(face, frame_width_px) is None:
            return None
        return before if before in ("left", "right") else "far"
    limits = _limits(before)
    past = {side: angle_deg / limits[side] for side, angle_deg in _angles(face.yaw_deg, face.pitch_deg)}
    furthest: Attention = max(past, key=lambda side: past[side])
    return furthest if past[furthest] > 1.0 else "screen"


def attention_words(signals: Mapping[str, Scalar]) -> str:
    """A sentence about the direction in a video record's signals; empty where there is none to tell."""
    told = signals.get("attention")
    words = next((words for side, words in WORDS.items() if side == told), None)
    return f"The head was {words}." if words else ""


def _angles(yaw_deg: float, pitch_deg: float) -> tuple[tuple[Attention, float], ...]:
    return (("left", yaw_deg), ("right", -yaw_deg), ("up", pitch_deg), ("down", -pitch_deg))


def _limits(before: Attention | None) -> dict[Attention, float]:
    limits: dict[Attention, float] = {
        "left": AWAY_YAW_DEG,
        "right": AWAY_YAW_DEG,
        "up": AWAY_UP_DEG,
        "down": AWAY_DOWN_DEG,
    }
    back: dict[Attention, float] = {
        "left": BACK_YAW_DEG,
        "right": BACK_YAW_DEG,
        "up": BACK_UP_DEG,
        "down": BACK_DOWN_DEG,
    }
    return {side: back[side] if side == before else limit for side, limit in limits.items()}
