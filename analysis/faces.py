"""What the landmarks of one face say: pose and eyes, against the candidate's own normal where it is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from analysis import eyes, geometry
from analysis.baseline import Baseline
from analysis.detectors.base import FoundFace, Mesh
from analysis.lips import mouth_opening
from analysis.observations import Face

GOOD_WIDTH_PX = 80.0
"""Narrower faces are measured less exactly, in proportion."""


@dataclass(frozen=True, slots=True)
class EyeReading:
    """Eye aspect ratios by the eyelid network and by the plain mesh, and the closure; `None` is unknown."""

    ear: float | None = None
    mesh_ear: float | None = None
    closure: float | None = None

    def on(self, face: Face) -> Face:
        return replace(face, ear=self.ear, mesh_ear=self.mesh_ear, eye_closure=self.closure)


def posed(found: FoundFace, mesh: Mesh | None, picture_quality: float, baseline: Baseline | None) -> Face:
    """A face with its head pose: relative to the baseline's neutral, or to the camera without one."""
    quality = round(picture_quality * min(1.0, found.box_px.width_px / GOOD_WIDTH_PX), 3)
    rotation = geometry.head_rotation(mesh.landmarks_px) if mesh else None
    if rotation is None:
        return Face(found.box_px, found.score, quality)
    turned = geometry.relative_to(rotation, baseline.neutral) if baseline else rotation
    pose = geometry.angles(turned)
    return Face(
        box_px=found.box_px,
        score=found.score,
        quality=quality,
        yaw_deg=pose.yaw_deg,
        pitch_deg=pose.pitch_deg,
        roll_deg=pose.roll_deg,
        rotation=rotation,
        mouth_open=mouth_opening(mesh.landmarks_px) if mesh else None,
    )


def read_eyes(
    face: Face, mesh: Mesh, baseline: Baseline | None, place_lids: Callable[[], Mesh]
) -> EyeReading:
    """How open the eyes of a posed face are.

    The eyelid network is a dear part of a frame, so it is asked only when it can change the answer: always
    without a baseline; else when the plain mesh's eye is not surely open. A surely open eye gets the ratio
    that the eyelid network would read, by its share of the open eye.
    """
    if face.rotation is None or face.pitch_deg is None:
        return EyeReading()
    yaw_deg = geometry.angles(face.rotation).yaw_deg
    coarse = eyes.measure_eyes(mesh.landmarks_px)
    mesh_ear = coarse.ear(yaw_deg)
    if baseline is None:
        return EyeReading(eyes.measure_eyes(place_lids().landmarks_px).ear(yaw_deg), mesh_ear)
    if not eyes.reliable(coarse, yaw_deg, face.pitch_deg):
        return EyeReading(None, mesh_ear)
    share = mesh_ear / baseline.open_mesh_ear
    if share >= eyes.SURELY_OPEN_SHARE:
        ear = share * baseline.open_ear
    else:
        ear = eyes.measure_eyes(place_lids().landmarks_px).ear(yaw_deg)
    return EyeReading(ear, mesh_ear, eyes.eye_closure(ear, baseline.open_ear))
