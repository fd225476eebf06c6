"""An observation with the pupils: for whoever compares one picture with the next."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import Protocol

from analysis.detectors.base import Image, Mesh
from analysis.detectors.iris import EyePoints
from analysis.frames import Frame
from analysis.observations import Observation, Point
from analysis.pipeline import Landmarked

log = logging.getLogger(__name__)
IRIS = "iris"


class LandmarkObserver(Protocol):
    """What looks at frames and hands on the landmarks: `analysis.pipeline.Pipeline`."""

    def observe_landmarks(self, frame: Frame) -> Landmarked: ...


class IrisDetector(Protocol):
    """Finds irises: `analysis.detectors.iris.Irises`."""

    def find(self, image: Image, mesh: Mesh) -> tuple[EyePoints, EyePoints]: ...


@dataclass(frozen=True, slots=True)
class CloseLook:
    """What one frame told, and where the candidate's pupils are.

    `pupils` are the person's right and left, each as shares of the picture's width and height; `None` where
    they were not found or it is anybody's guess who the candidate is.
    """

    seen: Observation
    pupils: tuple[Point, Point] | None = None


def look_closely(frame: Frame, observer: LandmarkObserver, irises: IrisDetector | None) -> CloseLook:
    """Observe a frame without a baseline and find the candidate's pupils.

    Never raises for what a detector does: a missing or failing one is named in `seen.unavailable`.
    """
    landmarked = observer.observe_landmarks(frame)
    seen, mesh = landmarked.seen, landmarked.mesh
    if mesh is None or seen.candidate is None:
        return CloseLook(seen)
    eyes = find_irises(frame, mesh, irises)
    if eyes is None:
        return CloseLook(replace(seen, unavailable=(*seen.unavailable, IRIS)))
    right, left = (iris_place(eye, frame) for eye in eyes)
    return CloseLook(seen, (right, left))


def find_irises(frame: Frame, mesh: Mesh, irises: IrisDetector | None) -> tuple[EyePoints, EyePoints] | None:
    """The person's right and left eye; `None` where the detector is missing or fails, which is logged."""
    if irises is None:
        return None
    try:
        return irises.find(frame.image, mesh)
    except Exception:
        log.exception("irises could not be found on a frame")
        return None


def iris_place(eye: EyePoints, frame: Frame) -> Point:
    """The middle of an iris as shares of the picture's width and height."""
    x_px, y_px = eye.iris_px[0]
    return float(x_px) / frame.width_px, float(y_px) / frame.height_px
