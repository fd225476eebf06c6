"""Faces and observations made of numbers, for tests that need no picture."""

import numpy as np
import numpy.typing as npt

from analysis import geometry
from analysis.observations import Box, Camera, Face, Observation

GOOD_CAMERA = Camera("ok", 120.0, 50.0, 400.0, 1.0)


def landmarks(
    yaw_deg: float, pitch_deg: float, roll_deg: float, scale: float = 8.0
) -> npt.NDArray[np.float64]:
    """The canonical face turned, 468 landmarks in pixels around (320, 240); those without weight are zero."""
    model = geometry.canonical_face()
    turn = np.array(geometry.rotation_of(yaw_deg, pitch_deg, roll_deg)).reshape(3, 3)
    placed = np.zeros((468, 3))
    placed[model.landmark_ids] = model.points_cm @ turn.T * scale * (1.0, -1.0, -1.0) + (320.0, 240.0, 0.0)
    return placed


def face(
    *,
    yaw_deg: float | None = 0.0,
    pitch_deg: float | None = 0.0,
    roll_deg: float | None = 0.0,
    score: float = 0.9,
    width_px: float = 120.0,
    ear: float | None = 0.3,
    eye_closure: float | None = None,
) -> Face:
    seen = yaw_deg is not None and pitch_deg is not None and roll_deg is not None
    return Face(
        box_px=Box(200.0, 100.0, width_px, 140.0),
        score=score,
        quality=1.0,
        yaw_deg=yaw_deg,
        pitch_deg=pitch_deg,
        roll_deg=roll_deg,
        ear=ear,
        mesh_ear=None if ear is None else 0.8 * ear,
        eye_closure=eye_closure,
        rotation=geometry.rotation_of(yaw_deg or 0.0, pitch_deg or 0.0, roll_deg or 0.0) if seen else None,
    )


def observed(*faces: Face, camera: Camera = GOOD_CAMERA, unavailable: tuple[str, ...] = ()) -> Observation:
    return Observation(640, 480, camera, faces, len(faces), unavailable=unavailable)
