"""Whether lips move: how much the mouth opens within two seconds, where pictures follow fast enough."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.observations import Face
from analysis.reading import KNOWN_QUALITY

UPPER_LIP, LOWER_LIP, MOUTH_LEFT, MOUTH_RIGHT = 13, 14, 308, 78
LEAST_WIDTH_PX = 15.0
"""A narrower mouth opens by less than the landmarks tremble."""
WITHIN_MS, LEAST_PICTURES = 2000, 8
"""Fewer pictures, less than about five a second, tell nothing: lips open and close three times a second."""
FACING_DEG = 30.0
STILL, MOVING = 0.013, 0.024
"""Median deviation of the opening: closed mouths stayed below the first; four times their trembling is the
second. What lies between is unknown."""


@dataclass(frozen=True, slots=True)
class LipWatch:
    """Openings of the last two seconds: (time in ms, share of the mouth's width)."""

    openings: tuple[tuple[int, float], ...] = ()

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> LipWatch:
        """Read what `dataclasses.asdict` made.

        Raises:
            KeyError, TypeError: for a missing or impossible value.
        """
        return cls(tuple((int(t_ms), float(opening)) for t_ms, opening in stored["openings"]))


def mouth_opening(landmarks_px: npt.NDArray[np.float64]) -> float | None:
    """The distance of the inner lips as a share of the inner mouth's width; `None` for a mouth too small.

    Args:
        landmarks_px: (468 or more, 2 or 3) in pixels.

    Source: research section 1.10, with MediaPipe's landmark ids.
    """
    upper, lower, left, right = landmarks_px[[UPPER_LIP, LOWER_LIP, MOUTH_LEFT, MOUTH_RIGHT], :2].astype(
        float
    )
    width_px = float(np.hypot(*(left - right)))
    return float(np.hypot(*(upper - lower))) / width_px if width_px >= LEAST_WIDTH_PX else None


def watch_lips(watch: LipWatch, face: Face | None, t_ms: int) -> tuple[LipWatch, bool | None]:
    """Take one more picture of the candidate; whether the lips move, `None` where that cannot be told.

    Unknown with fewer than 8 good pictures of a face towards the camera within the last 2 s.
    """
    kept = tuple(one for one in watch.openings if t_ms - WITHIN_MS < one[0] < t_ms)
    opening = _opening(face)
    if opening is None:
        return LipWatch(kept), None
    openings = (*kept, (t_ms, round(opening, 4)))
    return LipWatch(openings), _moving([value for _, value in openings])


def _opening(face: Face | None) -> float | None:
    if face is None or face.quality < KNOWN_QUALITY or face.yaw_deg is None:
        return None
    return face.mouth_open if abs(face.yaw_deg) <= FACING_DEG else None


def _moving(openings: Sequence[float]) -> bool | None:
    if len(openings) < LEAST_PICTURES:
        return None
    middle = median(openings)
    deviation = median(abs(value - middle) for value in openings)
    return True if deviation > MOVING else False if deviation < STILL else None
