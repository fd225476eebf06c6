"""Eye aspect ratio and how far the eyes are closed, relative to the person's own open eye."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

LEFT_EYE = (362, 385, 387, 263, 373, 380)
RIGHT_EYE = (33, 160, 158, 133, 153, 144)
CLOSED_SHARE = 0.35
"""A closed eye's ratio as a share of the open eye's, until blinks of this person were seen."""
NEARER_EYE_YAW_DEG = 20.0
UNRELIABLE_YAW_DEG = 40.0
LOOKING_DOWN_DEG = 15.0
SURELY_OPEN_SHARE = 0.92
"""From this share of its own open ratio on, the plain mesh's eye is surely open: no closer look is needed."""
MIN_EYE_WIDTH_PX = 9.0
"""Below this width the lids are under three pixels apart and the ratio is noise."""


@dataclass(frozen=True, slots=True)
class Eyes:
    """Aspect ratios of both eyes (left is the person's own) and the width of the wider one in pixels."""

    left_ear: float
    right_ear: float
    width_px: float

    def ear(self, yaw_deg: float) -> float:
        """Mean of both eyes, or the nearer one's where the head is turned past 20 degrees to the camera."""
        if yaw_deg > NEARER_EYE_YAW_DEG:
            return self.right_ear
        if yaw_deg < -NEARER_EYE_YAW_DEG:
            return self.left_ear
        return (self.left_ear + self.right_ear) / 2


def measure_eyes(landmarks_px: npt.NDArray[np.float64]) -> Eyes:
    """EAR = (|p2-p6| + |p3-p5|) / (2 |p1-p4|).

    Args:
        landmarks_px: (468 or more, 2 or 3) in pixels.

    Source: Soukupova & Cech 2016, with MediaPipe's landmark ids.
    """
    left_ear, left_px = _aspect_ratio(landmarks_px, LEFT_EYE)
    right_ear, right_px = _aspect_ratio(landmarks_px, RIGHT_EYE)
    return Eyes(left_ear, right_ear, max(left_px, right_px))


def eye_closure(ear: float, open_ear: float) -> float:
    """c = 1 - (EAR - EARclosed) / (EARopen - EARclosed), kept in 0..1; EARclosed is 0.35 EARopen.

    Raises:
        ValueError: if `open_ear` is not above zero.
    """
    if open_ear <= 0:
        raise ValueError("the open eye's ratio must be above zero")
    closed_ear = CLOSED_SHARE * open_ear
    return min(1.0, max(0.0, 1.0 - (ear - closed_ear) / (open_ear - closed_ear)))


def reliable(eyes: Eyes, yaw_deg: float, pitch_deg: float) -> bool:
    """Whether lids can be judged: not looking down (lids cover the eye anyway), not far turned, not tiny."""
    if eyes.width_px < MIN_EYE_WIDTH_PX:
        return False
    return abs(yaw_deg) <= UNRELIABLE_YAW_DEG and pitch_deg >= -LOOKING_DOWN_DEG


def _aspect_ratio(landmarks_px: npt.NDArray[np.float64], ids: tuple[int, ...]) -> tuple[float, float]:
    p1, p2, p3, p4, p5, p6 = landmarks_px[list(ids), :2].astype(np.float64)
    width = float(np.hypot(*(p1 - p4)))
    lids = float(np.hypot(*(p2 - p6)) + np.hypot(*(p3 - p5)))
    return (lids / (2 * width) if width > 0 else 0.0), width
