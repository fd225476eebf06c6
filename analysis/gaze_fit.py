"""What is kept of one person's eyes: how they rest on the screen, and the calibration where one was made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from analysis.gaze import Calibration, EyeFeatures, FloatArray

VERSION = 1


@dataclass(frozen=True, slots=True, eq=False)
class GazeFit:
    """`rest`: the median look of the camera check; `calibration`: the fit of points that were looked at."""

    rest: EyeFeatures | None = None
    calibration: Calibration | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "version": VERSION,
            "rest": None if self.rest is None else asdict(self.rest),
            "calibration": None if self.calibration is None else _calibration_json(self.calibration),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> GazeFit:
        """Read what `to_json` wrote.

        Raises:
            ValueError: for a missing or impossible value, named in the message.
        """
        try:
            rest, calibration = stored["rest"], stored["calibration"]
            return cls(
                None if rest is None else EyeFeatures(**{key: float(value) for key, value in rest.items()}),
                None if calibration is None else _calibration(calibration),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as reason:
            raise ValueError(f"this is no fit of anybody's gaze: {reason!r}") from reason


def median_look(looks: Sequence[EyeFeatures]) -> EyeFeatures | None:
    """The look in the middle, feature by feature; `None` without any."""
    if not looks:
        return None
    rows = np.array([list(asdict(look).values()) for look in looks])
    return EyeFeatures(*(float(value) for value in np.median(rows, axis=0)))


def _calibration_json(calibration: Calibration) -> dict[str, Any]:
    return {
        "weights": calibration.weights.round(6).tolist(),
        "centre": calibration.centre.round(6).tolist(),
        "hull_deg": calibration.hull_deg.round(3).tolist(),
        "miss_deg": round(calibration.miss_deg, 3),
        "open_ear": round(calibration.open_ear, 4),
        "head_deg": calibration.head_deg.round(3).tolist(),
    }


def _calibration(stored: Mapping[str, Any]) -> Calibration:
    hull = _array(stored["hull_deg"], None, 2)
    if len(hull) < 3:
        raise ValueError("a hull has three corners or more")
    miss_deg, open_ear = float(stored["miss_deg"]), float(stored["open_ear"])
    if not (np.isfinite(miss_deg) and miss_deg >= 0 and np.isfinite(open_ear) and open_ear > 0):
        raise ValueError("the miss and the open eye must be finite, the eye above zero")
    return Calibration(
        weights=_array(stored["weights"], 7, 2),
        centre=_array(stored["centre"], 6),
        hull_deg=hull,
        miss_deg=miss_deg,
        open_ear=open_ear,
        head_deg=_array(stored["head_deg"], 2, 2),
    )


def _array(stored: Any, *shape: int | None) -> FloatArray:
    """An array of finite numbers; `None` in the shape stands for any length."""
    found = np.array(stored, dtype=np.float64)
    wanted = tuple(length if side is None else side for side, length in zip(shape, found.shape, strict=True))
    if found.shape != wanted or not np.isfinite(found).all():
        raise ValueError(f"numbers of shape {shape} are needed, not {found.shape}")
    return found
