"""Head pose: a weighted Procrustes fit of 33 landmarks to the canonical face model."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from analysis.observations import Rotation

FloatArray = npt.NDArray[np.float64]
CANONICAL_FILE = Path(__file__).with_name("canonical_face.json")
NEUTRAL: Rotation = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)


@dataclass(frozen=True, slots=True)
class CanonicalFace:
    """Landmark ids, centred coordinates in centimetres (33, 3) and weights (33,) that sum to one."""

    landmark_ids: npt.NDArray[np.intp]
    points_cm: FloatArray
    weights: FloatArray


@dataclass(frozen=True, slots=True)
class Angles:
    """Degrees: yaw > 0 to the person's own left, pitch > 0 up, roll > 0 towards their own left shoulder."""

    yaw_deg: float
    pitch_deg: float
    roll_deg: float


@cache
def canonical_face() -> CanonicalFace:
    """MediaPipe's canonical face model at its Procrustes basis (Apache-2.0; `canonical_face.json`)."""
    rows = json.loads(CANONICAL_FILE.read_text(encoding="utf-8"))["points"]
    points = np.array([[row["x_cm"], row["y_cm"], row["z_cm"]] for row in rows], dtype=np.float64)
    weights = np.array([row["weight"] for row in rows], dtype=np.float64)
    weights /= weights.sum()
    ids = np.array([row["landmark"] for row in rows], dtype=np.intp)
    return CanonicalFace(ids, points - weights @ points, weights)


def head_rotation(landmarks_px: npt.NDArray[np.float64]) -> Rotation | None:
    """The rotation from head to camera that minimises sum_i w_i |P_i - (s R C_i + t)|^2.

    Args:
        landmarks_px: (468 or more, 3) in pixels: x right, y down, z away from the camera on the scale of x.

    Returns:
        Row-major 3x3, camera axes x right, y up, z towards the camera; `None` for landmarks that are not
        finite or fall on one spot.

    Source: Umeyama 1991 (weighted); unlike PnP it does not change when the same face is shifted sideways.
    """
    model = canonical_face()
    points = landmarks_px[model.landmark_ids].astype(np.float64) * (1.0, -1.0, -1.0)
    if not np.isfinite(points).all():
        return None
    points -= model.weights @ points
    covariance = (points * model.weights[:, None]).T @ model.points_cm
    left, spread, right = np.linalg.svd(covariance)
    if spread[1] <= 1e-9 * max(1.0, float(spread[0])):
        return None
    handedness = np.sign(np.linalg.det(left @ right))
    rotation = (left * (1.0, 1.0, handedness)) @ right
    return _as_rotation(rotation)


def relative_to(rotation: Rotation, neutral: Rotation) -> Rotation:
    """R R0^T: how far the head turned from the neutral pose, in camera axes."""
    return _as_rotation(_matrix(rotation) @ _matrix(neutral).T)


def angles(rotation: Rotation) -> Angles:
    """Euler angles of a rotation (row-major 3x3), degrees, in the signs of `Angles`."""
    r00, _, _, r10, _, _, r20, r21, r22 = rotation
    yaw = np.degrees(np.arctan2(-r20, np.hypot(r00, r10)))
    pitch = -np.degrees(np.arctan2(r21, r22))
    roll = -np.degrees(np.arctan2(r10, r00))
    return Angles(float(yaw), float(pitch), float(roll))


def rotation_of(yaw_deg: float, pitch_deg: float, roll_deg: float) -> Rotation:
    """The rotation that has these angles: the inverse of `angles` for |yaw| < 90."""
    yaw, pitch, roll = np.radians((yaw_deg, -pitch_deg, -roll_deg))
    cy, sy, cp, sp, cr, sr = (
        np.cos(yaw),
        np.sin(yaw),
        np.cos(pitch),
        np.sin(pitch),
        np.cos(roll),
        np.sin(roll),
    )
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_x = np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
    about_z = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    return _as_rotation(about_z @ about_y @ about_x)


def mean_rotation(rotations: list[Rotation]) -> Rotation:
    """The robust middle of several rotations: the median of each angle.

    Raises:
        ValueError: for an empty list.
    """
    if not rotations:
        raise ValueError("a middle needs at least one rotation")
    each = [angles(rotation) for rotation in rotations]
    yaw, pitch, roll = np.median([(a.yaw_deg, a.pitch_deg, a.roll_deg) for a in each], axis=0)
    return rotation_of(float(yaw), float(pitch), float(roll))


def _matrix(rotation: Rotation) -> FloatArray:
    return np.array(rotation, dtype=np.float64).reshape(3, 3)


def _as_rotation(matrix: FloatArray) -> Rotation:
    a, b, c, d, e, f, g, h, i = (float(value) for value in matrix.ravel())
    return a, b, c, d, e, f, g, h, i
