"""What one frame tells of where the eyes look: features of both eyes, and the signals of the risk log."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.close_look import IrisDetector, find_irises, iris_place
from analysis.detectors.eyelids import INNER_CORNER
from analysis.detectors.iris import EyePoints
from analysis.frames import Frame
from analysis.gaze import OPEN_SHARE, EyeFeatures, eye_place, hint, look_at, off_screen
from analysis.gaze_fit import GazeFit
from analysis.observations import Point, Scalar
from analysis.pipeline import Landmarked
from analysis.reading import KNOWN_QUALITY

OUTER_CORNER = 0
MIN_EYE_WIDTH_PX = 14.0
"""Eyes narrower than this move their irises by less than the network's own noise."""
MOST_OUTSIDE_DEG = 45.0
UNPLACED: tuple[None, None] = (None, None)
UNKNOWN: dict[str, Scalar] = {
    "gaze_zone": None,
    "off_screen": None,
    "gaze_outside": None,
    "gaze_hint": None,
}


@dataclass(frozen=True, slots=True)
class EyeLook:
    """The candidate's eyes in one frame, and how good the picture of the face is, 0..1.

    `pupils` are the person's right and left, each as shares of the picture's width and height.
    """

    features: EyeFeatures
    quality: float
    pupils: tuple[Point, Point] | None = None


def look_into_eyes(frame: Frame, landmarked: Landmarked, irises: IrisDetector | None) -> EyeLook | None:
    """The eyes of the candidate; `None` where they cannot be judged.

    That is: nobody or nobody in particular, a head turned too far for landmarks or lids, eyes of fewer than
    14 pixels, and a detector that is missing or fails.
    """
    mesh, face = landmarked.mesh, landmarked.seen.candidate
    if mesh is None or face is None or not landmarked.seen.face_count:
        return None
    if face.yaw_deg is None or face.pitch_deg is None or face.roll_deg is None or face.ear is None:
        return None
    eyes = find_irises(frame, mesh, irises)
    if eyes is None or min(_width_px(eye) for eye in eyes) < MIN_EYE_WIDTH_PX:
        return None
    right, left = eyes
    of_right = eye_place(right.iris_px[0], right.contour_px[OUTER_CORNER], right.contour_px[INNER_CORNER])
    of_left = eye_place(left.iris_px[0], left.contour_px[INNER_CORNER], left.contour_px[OUTER_CORNER])
    return EyeLook(
        EyeFeatures(
            u=(of_right[0] + of_left[0]) / 2,
            v=(of_right[1] + of_left[1]) / 2,
            yaw_deg=face.yaw_deg,
            pitch_deg=face.pitch_deg,
            roll_deg=face.roll_deg,
            ear=face.ear,
        ),
        face.quality,
        (iris_place(right, frame), iris_place(left, frame)),
    )


def pupil_signals(look: EyeLook | None) -> dict[str, Scalar]:
    """Where the pupils are, for policies that judge how far they move; `None` for unknown."""
    right, left = (look.pupils if look else None) or (UNPLACED, UNPLACED)
    places = (("right", right), ("left", left))
    return {
        f"pupil_{side}_{axis}": None if share is None else round(share, 6)
        for side, place in places
        for axis, share in zip("xy", place, strict=True)
    }


def gaze_signals(look: EyeLook | None, fit: GazeFit | None) -> dict[str, Scalar]:
    """The gaze part of one video record: JSON scalars, `None` for unknown.

    With a calibration `gaze_zone` (on, left, right, up, down as the person sees it), `off_screen` and
    `gaze_outside`, the degrees beyond the calibrated points, of which only the order means anything; without
    one nothing but `gaze_hint`. A picture below quality 0.5 tells nothing.
    """
    if look is None or fit is None or look.quality < KNOWN_QUALITY:
        return dict(UNKNOWN)
    if fit.calibration is None:
        return {**UNKNOWN, "gaze_hint": _hint(look.features, fit.rest)}
    reading = look_at(look.features, fit.calibration)
    found = reading.known
    if found is None:
        return dict(UNKNOWN)
    return {
        **UNKNOWN,
        "gaze_zone": found.zone,
        "off_screen": off_screen(reading),
        "gaze_outside": round(min(found.outside_deg, MOST_OUTSIDE_DEG), 1),
    }


def _hint(features: EyeFeatures, rest: EyeFeatures | None) -> str | None:
    if rest is None or features.ear < OPEN_SHARE * rest.ear:
        return None
    return hint(features, rest).value


def _width_px(eye: EyePoints) -> float:
    return float(np.hypot(*(eye.contour_px[INNER_CORNER] - eye.contour_px[OUTER_CORNER])))
