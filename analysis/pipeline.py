"""From one decoded frame to one observation: camera health, faces, landmarks, pose, eyes. Keeps nothing between frames."""

from __future__ import annotations

import logging
import threading
import time
from functools import cache
from pathlib import Path

from analysis import eyes, geometry
from analysis.baseline import Baseline
from analysis.camera import camera_health
from analysis.detectors.base import (
    DetectorMissing,
    DetectorStatus,
    FaceDetector,
    FoundFace,
    Image,
    Mesh,
    MeshDetector,
)
from analysis.detectors.faces import FullRangeFaces
from analysis.detectors.mesh import FaceMeshes
from analysis.frames import Frame
from analysis.observations import LOW_QUALITY, Camera, Face, Observation, Timings

log = logging.getLogger(__name__)
MESHED_FACES = 2
"""Landmarks are looked for on the candidate and on the largest other face."""


class Pipeline:
    """Detectors loaded once; `observe` may be called from several threads and depends on nothing but its arguments.

    Args:
        models_dir: folder of optional model files, or `None`; what mediapipe brings along needs none.
        threads: processor threads one frame may use.
    """

    def __init__(self, models_dir: Path | None = None, threads: int = 1) -> None:
        self._faces: FaceDetector = FullRangeFaces()
        self._mesh: MeshDetector = FaceMeshes()
        self.status: tuple[DetectorStatus, ...] = tuple(
            _load(detector, models_dir, threads) for detector in (self._faces, self._mesh)
        )
        self._off = frozenset(status.key for status in self.status if not status.on)

    @classmethod
    def shared(cls, models_dir: Path | None = None) -> Pipeline:
        """The one pipeline of this process; models are loaded on the first call."""
        with _sharing:
            return _shared(models_dir)

    def observe(self, frame: Frame, baseline: Baseline | None = None) -> Observation:
        """Judge one frame against the candidate's own normal, or against the camera's axes without one.

        Never raises: a detector that fails is named in `unavailable` and what it would have said is unknown.
        """
        marks = [time.perf_counter()]
        camera = camera_health(frame.image, baseline.sharpness if baseline else None)
        marks.append(time.perf_counter())
        found = self._find(frame.image)
        marks.append(time.perf_counter())
        meshes = self._landmarks(frame.image, found or ())
        marks.append(time.perf_counter())
        faces = _faces(found or (), meshes or (), frame, camera, baseline)
        marks.append(time.perf_counter())
        gone = (("faces",) if found is None else ()) + (("mesh",) if meshes is None else ())
        return Observation(
            width_px=frame.width_px,
            height_px=frame.height_px,
            camera=camera,
            faces=faces,
            face_count=_count(found, camera),
            against_baseline=baseline is not None,
            unavailable=gone,
            timings_ms=Timings(*(1000 * (end - start) for start, end in zip(marks, marks[1:], strict=False))),
        )

    def _find(self, image: Image) -> tuple[FoundFace, ...] | None:
        if self._faces.key in self._off:
            return None
        try:
            return self._faces.detect(image)
        except Exception:
            log.exception("the face detector failed on a frame")
            return None

    def _landmarks(self, image: Image, found: tuple[FoundFace, ...]) -> tuple[Mesh | None, ...] | None:
        if self._mesh.key in self._off:
            return None
        try:
            return self._mesh.landmarks(image, found[:MESHED_FACES])
        except Exception:
            log.exception("the landmark detector failed on a frame")
            return None


_sharing = threading.Lock()


@cache
def _shared(models_dir: Path | None) -> Pipeline:
    return Pipeline(models_dir)


def _load(detector: FaceDetector | MeshDetector, models_dir: Path | None, threads: int) -> DetectorStatus:
    try:
        detector.load(models_dir, threads)
    except DetectorMissing as reason:
        return DetectorStatus(detector.key, False, str(reason))
    return DetectorStatus(detector.key, True, "")


def _count(found: tuple[FoundFace, ...] | None, camera: Camera) -> int | None:
    """A face that was seen counts even in a bad picture; seeing none in a bad picture is not knowing."""
    if found is None or (camera.blocked and not found):
        return None
    return len(found) if found or camera.quality >= LOW_QUALITY else None


def _faces(
    found: tuple[FoundFace, ...],
    meshes: tuple[Mesh | None, ...],
    frame: Frame,
    camera: Camera,
    baseline: Baseline | None,
) -> tuple[Face, ...]:
    rest = (None,) * (len(found) - len(meshes))
    return tuple(
        _face(one, mesh, frame, camera, baseline) for one, mesh in zip(found, (*meshes, *rest), strict=True)
    )


def _face(
    found: FoundFace, mesh: Mesh | None, frame: Frame, camera: Camera, baseline: Baseline | None
) -> Face:
    quality = round(camera.quality * min(1.0, found.box_px.width_px / 80.0), 3)
    rotation = geometry.head_rotation(mesh.landmarks_px) if mesh else None
    if mesh is None or rotation is None:
        return Face(found.box_px, found.score, quality)
    absolute = geometry.angles(rotation)
    measured = eyes.measure_eyes(mesh.landmarks_px)
    ear = measured.ear(absolute.yaw_deg)
    turned = geometry.angles(geometry.relative_to(rotation, baseline.neutral)) if baseline else absolute
    judged = baseline is not None and eyes.reliable(measured, absolute.yaw_deg, turned.pitch_deg)
    return Face(
        box_px=found.box_px,
        score=found.score,
        quality=quality,
        yaw_deg=turned.yaw_deg,
        pitch_deg=turned.pitch_deg,
        roll_deg=turned.roll_deg,
        ear=ear,
        eye_closure=eyes.eye_closure(ear, baseline.open_ear) if baseline and judged else None,
        rotation=rotation,
    )
