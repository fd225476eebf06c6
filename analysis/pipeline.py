"""From one decoded frame to one observation: camera health, faces, landmarks, pose, eyes; stateless."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import cv2

from analysis.baseline import Baseline
from analysis.camera import camera_health
from analysis.detectors.base import (
    DetectorMissing,
    DetectorStatus,
    FaceDetector,
    FoundFace,
    Image,
    LidDetector,
    Mesh,
    MeshDetector,
)
from analysis.detectors.eyelids import Eyelids
from analysis.detectors.faces import FullRangeFaces
from analysis.detectors.mesh import FaceMeshes
from analysis.detectors.yunet import YunetFaces
from analysis.faces import EyeReading, posed, read_eyes
from analysis.footage_health import fingerprint
from analysis.frames import Frame
from analysis.half_size import half_size
from analysis.observations import LOW_QUALITY, Camera, Face, Observation, Timings

log = logging.getLogger(__name__)
Found = TypeVar("Found")
MESHED_FACES = 2
"""Landmarks are looked for on the candidate and on the largest other face."""


@dataclass(frozen=True, slots=True, eq=False)
class Landmarked:
    """An observation, and the landmarks of its first face where there are any."""

    seen: Observation
    mesh: Mesh | None


class Pipeline:
    """Detectors loaded once; `observe` may be called from several threads and depends on its arguments alone.

    Args:
        models_dir: folder of optional model files, or `None`; what comes with mediapipe needs none.
        threads: processor threads that one frame may use.
        full_range, mesh, lids: other detectors in place of the usual ones.
    """

    def __init__(
        self,
        models_dir: Path | None = None,
        threads: int = 1,
        *,
        full_range: FaceDetector | None = None,
        mesh: MeshDetector | None = None,
        lids: LidDetector | None = None,
    ) -> None:
        cv2.setNumThreads(threads)
        self._full_range = full_range or FullRangeFaces()
        self._yunet: FaceDetector = YunetFaces()
        self._mesh = mesh or FaceMeshes()
        self._lids = lids or Eyelids()
        detectors = (self._full_range, self._yunet, self._mesh, self._lids)
        self.status: tuple[DetectorStatus, ...] = tuple(_load(one, models_dir, threads) for one in detectors)
        self._on = frozenset(status.key for status in self.status if status.on)

    @classmethod
    def shared(cls, models_dir: Path | None = None) -> Pipeline:
        """The one pipeline of this process for a models folder; models are loaded on the first call."""
        with _sharing:
            return _shared(models_dir)

    def observe(self, frame: Frame, baseline: Baseline | None = None) -> Observation:
        """Judge one frame against the candidate's own normal, or against the camera's axes without one.

        Never raises: a detector that fails is named in `unavailable`, and what it would have said is unknown.
        """
        return self.observe_landmarks(frame, baseline).seen

    def observe_landmarks(self, frame: Frame, baseline: Baseline | None = None) -> Landmarked:
        """As `observe`, with the landmarks of the largest face beside it."""
        marks = [time.perf_counter()]
        half = half_size(frame.image)
        camera = camera_health(frame.image, baseline.sharpness if baseline else None, half)
        marks.append(time.perf_counter())
        found = self._find(frame, half)
        marks.append(time.perf_counter())
        meshes = self._landmarks(frame, found or ())
        marks.append(time.perf_counter())
        faces = _posed(found or (), meshes or (), camera, baseline)
        marks.append(time.perf_counter())
        first = meshes[0] if meshes else None
        eyes = self._eyes(frame, faces[0], first, baseline) if faces and first else EyeReading()
        marks.append(time.perf_counter())
        answers = {"faces": found, "mesh": meshes, "eyes": eyes}
        seen = Observation(
            width_px=frame.width_px,
            height_px=frame.height_px,
            camera=camera,
            faces=(eyes.on(faces[0]), *faces[1:]) if faces and eyes else faces,
            face_count=_count(found, camera),
            against_baseline=baseline is not None,
            unavailable=tuple(key for key, answer in answers.items() if answer is None),
            fingerprint=fingerprint(frame.image, half),
            timings_ms=Timings(*(1000 * (end - start) for start, end in pairwise(marks))),
        )
        return Landmarked(seen, first)

    def _find(self, frame: Frame, half: Image) -> tuple[FoundFace, ...] | None:
        detector = self._full_range if self._full_range.key in self._on else self._yunet
        return self._ask(detector.key, lambda: detector.detect(frame.image, half))

    def _landmarks(self, frame: Frame, found: tuple[FoundFace, ...]) -> tuple[Mesh | None, ...] | None:
        return self._ask(self._mesh.key, lambda: self._mesh.landmarks(frame.image, found[:MESHED_FACES]))

    def _eyes(self, frame: Frame, face: Face, mesh: Mesh, baseline: Baseline | None) -> EyeReading | None:
        def read() -> EyeReading:
            return read_eyes(face, mesh, baseline, lambda: self._lids.place(frame.image, mesh))

        return self._ask(self._lids.key, read)

    def _ask(self, key: str, question: Callable[[], Found]) -> Found | None:
        if key not in self._on:
            return None
        try:
            return question()
        except Exception:
            log.exception("detector %s failed on a frame", key)
            return None


def detector_status(models_dir: Path | None) -> list[DetectorStatus]:
    """Which detectors run in this process with these model files, and in one line why one does not."""
    return list(Pipeline.shared(models_dir).status)


_sharing = threading.Lock()


@cache
def _shared(models_dir: Path | None) -> Pipeline:
    return Pipeline(models_dir)


def _load(
    detector: FaceDetector | MeshDetector | LidDetector, models_dir: Path | None, threads: int
) -> DetectorStatus:
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


def _posed(
    found: tuple[FoundFace, ...],
    meshes: tuple[Mesh | None, ...],
    camera: Camera,
    baseline: Baseline | None,
) -> tuple[Face, ...]:
    rest = (None,) * (len(found) - len(meshes))
    pairs = zip(found, (*meshes, *rest), strict=True)
    return tuple(posed(one, mesh, camera.quality, baseline) for one, mesh in pairs)
