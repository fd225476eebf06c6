"""The head's yaw as widely copied code reads it: six points of a generic head. For comparison only."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

LANDMARKS = (1, 152, 33, 263, 61, 291)
"""Nose tip, chin, outer corners of the eyes, corners of the mouth, in MediaPipe's numbers."""
GENERIC_HEAD = np.array(
    [
        (0.0, 0.0, 0.0),
        (0.0, -330.0, -65.0),
        (-225.0, 170.0, -135.0),
        (225.0, 170.0, -135.0),
        (-150.0, -125.0, -125.0),
        (150.0, -125.0, -125.0),
    ]
)
"""In no unit: only the shape counts."""


def six_point_yaw(landmarks_px: npt.NDArray[np.float64], width_px: int, height_px: int) -> float | None:
    """How far the head is turned sideways by the six-point recipe, in degrees without a side.

    Args:
        landmarks_px: (468 or more, 2 or 3) in pixels.
        width_px, height_px: size of the picture; the focal length is taken for its width.

    Returns:
        0 to 90, `None` where the points fit no pose.

    Source: the recipe of many tutorials (OpenCV's solvePnP with a generic head of six points). It is not
    what the house measures by: research section 1.3 finds 10 degrees read as 28.
    """
    points = np.ascontiguousarray(landmarks_px[list(LANDMARKS), :2], dtype=np.float64)
    if not np.isfinite(points).all():
        return None
    middle = (width_px / 2, height_px / 2)
    camera = np.array([[width_px, 0, middle[0]], [0, width_px, middle[1]], [0, 0, 1]], dtype=np.float64)
    found, turn, _place = cv2.solvePnP(GENERIC_HEAD, points, camera, np.zeros((4, 1)))
    if not found:
        return None
    rotation, _jacobian = cv2.Rodrigues(turn)
    yaw_deg = float(np.degrees(np.arctan2(-rotation[2, 0], np.hypot(rotation[0, 0], rotation[1, 0]))))
    return abs(yaw_deg)
