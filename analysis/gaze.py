"""Where the eyes look, from irises within the lids' corners: calibrated by the person, or a mere hint."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from analysis.reading import Reading

Zone = Literal["on", "left", "right", "up", "down"]
FloatArray = npt.NDArray[np.float64]

DETECTOR, VERSION = "gaze", "1"
SCALES = np.array([0.05, 0.03, 10.0, 10.0, 10.0, 0.1])
"""What counts as one unit of u, v, yaw, pitch, roll and EAR: a head that kept still weighs nothing."""
RIDGE = 0.02
LEAST_POINTS = 5
WORST_MISS_DEG = 6.0
SHARE_OF_GUESSING = 0.6
"""On a small screen always guessing its middle would miss by less than 6 degrees; a fit has to do better."""
LEAST_SPAN_DEG = 8.0
MARGIN_DEG = 5.0
HEAD_RANGE_DEG = 15.0
"""A head turned this far beyond the calibrated poses halves the trust."""
OPEN_SHARE = 0.6
ASIDE, DOWNWARD = 0.12, 0.10
HINT_QUALITY = 0.3


Why = Literal["too_few", "too_close", "unsteady"]


class CalibrationRefused(ValueError):
    """A calibration that cannot be used: why in one word, and in one line for people."""

    def __init__(self, why: Why, words: str) -> None:
        super().__init__(words)
        self.why = why


@dataclass(frozen=True, slots=True)
class EyeFeatures:
    """Both eyes of one picture.

    `u` and `v`: the irises' place within the eye in eye widths from the middle of its corners, the mean of
    both eyes; u > 0 towards the picture's right (the person's left), v > 0 down. Angles as in `Face`, and
    `ear` the eye aspect ratio.
    """

    u: float
    v: float
    yaw_deg: float
    pitch_deg: float
    roll_deg: float
    ear: float


@dataclass(frozen=True, slots=True)
class CalibrationPoint:
    """A point on the screen, degrees from its middle (x > 0 right, y > 0 down), and the looks at it."""

    x_deg: float
    y_deg: float
    looks: tuple[EyeFeatures, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """Degrees from the screen's middle (x > 0 right, y > 0 down), as the person sees it.

    `outside_deg` is how far beyond the calibrated points it lies, 0 within them.
    """

    x_deg: float
    y_deg: float
    outside_deg: float
    zone: Zone


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """One person's ridge model: `weights` (7, 2), `hull_deg` (n, 2); `miss_deg` is left at its points."""

    weights: FloatArray
    centre: FloatArray
    hull_deg: FloatArray
    miss_deg: float
    open_ear: float
    head_deg: FloatArray

    @property
    def margin_deg(self) -> float:
        return max(MARGIN_DEG, 2 * self.miss_deg)


def degrees_of_px(px: float) -> float:
    """The angle of a length on the screen that begins at its middle, in CSS pixels.

    Nobody knows the size of a screen or how far away it is. The CSS pixel is made for that: about as large to
    the eye on every device, 0.0213 degrees.

    Source: W3C, CSS Values and Units 4, the reference pixel: 1/96 inch at 28 inches.
    """
    return math.degrees(math.atan2(px / 96, 28))


def eye_place(
    iris_px: FloatArray, picture_left_px: FloatArray, picture_right_px: FloatArray
) -> tuple[float, float]:
    """(u, v) of one eye.

    Args:
        iris_px: (2,) the iris's centre in pixels.
        picture_left_px, picture_right_px: (2,) the eye's corners as they lie in the picture.

    Raises:
        ValueError: if the corners fall together.
    """
    across = picture_right_px - picture_left_px
    width_px = float(np.hypot(*across))
    if width_px == 0:
        raise ValueError("an eye's corners must lie apart")
    along = across / width_px
    offset = (iris_px - (picture_left_px + picture_right_px) / 2) / width_px
    return float(offset @ along), float(offset @ np.array([-along[1], along[0]]))


def calibrate(points: Sequence[CalibrationPoint]) -> Calibration:
    """Fit one person's model to the medians of their looks at known points; nine with the corners are best.

    Raises:
        CalibrationRefused: for fewer than five points, points in one place, or a fit whose points, each left
            out in turn, are missed by more than 6 degrees on average, or hardly less than by guessing.

    Source: ridge regression on fixed scales; a corner predicted without its neighbours was 10 to 22 degrees
    wrong on real eyes, so nothing is said beyond the calibrated points but that it is beyond them.
    """
    seen = [point for point in points if point.looks]
    if len(seen) < LEAST_POINTS:
        words = f"{len(seen)} points were looked at; at least {LEAST_POINTS} are needed"
        raise CalibrationRefused("too_few", words)
    targets = np.array([(point.x_deg, point.y_deg) for point in seen])
    if float(np.ptp(targets, axis=0).min()) < LEAST_SPAN_DEG:
        raise CalibrationRefused("too_close", "the points lie too close together")
    rows = np.array([np.median([_row(look) for look in point.looks], axis=0) for point in seen])
    missed = float(np.mean([_left_out(rows, targets, place) for place in range(len(seen))]))
    guessed = float(np.mean(np.hypot(*(targets - targets.mean(axis=0)).T)))
    if not missed <= min(WORST_MISS_DEG, SHARE_OF_GUESSING * guessed):
        raise CalibrationRefused(
            "unsteady", f"the eyes were not found steadily: points were missed by {missed:.0f} degrees"
        )
    weights, centre = _fit(rows, targets)
    errors = _predict(weights, centre, rows) - targets
    return Calibration(
        weights=weights,
        centre=centre,
        hull_deg=cv2.convexHull(targets.astype(np.float32)).reshape(-1, 2).astype(np.float64),
        miss_deg=float(np.sqrt((errors**2).sum(axis=1).mean())),
        open_ear=float(np.median(rows[:, 5])),
        head_deg=np.array([rows[:, 2:4].min(axis=0), rows[:, 2:4].max(axis=0)]),
    )


def look_at(features: EyeFeatures, calibration: Calibration) -> Reading[Look]:
    """Where a calibrated person looks.

    Half-closed eyes, and a head turned beyond the calibrated poses, lower the quality until it is unknown.
    """
    row = _row(features)
    found = _predict(calibration.weights, calibration.centre, row[None])[0]
    x_deg, y_deg = float(found[0]), float(found[1])
    hull = calibration.hull_deg.astype(np.float32)
    outside_deg = max(0.0, -float(cv2.pointPolygonTest(hull, (x_deg, y_deg), True)))
    beyond = outside_deg > calibration.margin_deg
    zone: Zone = _zone(x_deg, y_deg, calibration) if beyond else "on"
    return Reading(Look(x_deg, y_deg, outside_deg, zone), _trust(row, calibration), DETECTOR, VERSION)


def off_screen(reading: Reading[Look]) -> bool | None:
    """Whether the eyes are beyond the calibrated points and their margin; `None` where that is not known."""
    return None if reading.known is None else reading.known.zone != "on"


def hint(features: EyeFeatures, neutral: EyeFeatures) -> Reading[Zone]:
    """Where an uncalibrated person may look, against their own look at the screen; never to be known."""
    across, down = features.u - neutral.u, features.v - neutral.v
    zone: Zone = "on"
    if abs(across) > ASIDE:
        zone = "left" if across > 0 else "right"
    elif down > DOWNWARD:
        zone = "down"
    return Reading(zone, HINT_QUALITY, DETECTOR, VERSION)


def _row(look: EyeFeatures) -> FloatArray:
    return np.array([look.u, look.v, look.yaw_deg, look.pitch_deg, look.roll_deg, look.ear])


def _fit(rows: FloatArray, targets: FloatArray) -> tuple[FloatArray, FloatArray]:
    centre = rows.mean(axis=0)
    scaled = (rows - centre) / SCALES
    middle = targets.mean(axis=0)
    normal = scaled.T @ scaled + RIDGE * len(rows) * np.eye(len(SCALES))
    slopes = np.linalg.solve(normal, scaled.T @ (targets - middle))
    return np.vstack([middle, slopes]), centre


def _predict(weights: FloatArray, centre: FloatArray, rows: FloatArray) -> FloatArray:
    return np.asarray(weights[0] + (rows - centre) / SCALES @ weights[1:], dtype=np.float64)


def _left_out(rows: FloatArray, targets: FloatArray, place: int) -> float:
    others = np.arange(len(rows)) != place
    weights, centre = _fit(rows[others], targets[others])
    return float(np.hypot(*(_predict(weights, centre, rows[place][None])[0] - targets[place])))


def _trust(row: FloatArray, calibration: Calibration) -> float:
    low, high = calibration.head_deg
    turned_deg = float(np.maximum(low - row[2:4], row[2:4] - high).max())
    steady = 1.0 if turned_deg <= 0 else max(0.0, 1.0 - turned_deg / (2 * HEAD_RANGE_DEG))
    return steady if row[5] >= OPEN_SHARE * calibration.open_ear else min(steady, HINT_QUALITY)


def _zone(x_deg: float, y_deg: float, calibration: Calibration) -> Zone:
    low, high = calibration.hull_deg.min(axis=0), calibration.hull_deg.max(axis=0)
    beyond: dict[Zone, float] = {
        "left": low[0] - x_deg,
        "right": x_deg - high[0],
        "up": low[1] - y_deg,
        "down": y_deg - high[1],
    }
    return max(beyond, key=lambda side: beyond[side])
