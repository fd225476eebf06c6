"""What the pipeline asks of a detector, whichever library stands behind it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from analysis.observations import Box, Point

Image = npt.NDArray[np.uint8]


class DetectorMissing(RuntimeError):
    """A detector cannot run here; the message is one clear line for an operator."""


@dataclass(frozen=True, slots=True)
class DetectorStatus:
    """Whether a detector is on, and in one line why not."""

    key: str
    on: bool
    reason: str


@dataclass(frozen=True, slots=True)
class FoundFace:
    """A face seen by the count detector: box, score 0..1, both eye centres, the left of the picture first."""

    box_px: Box
    score: float
    eyes_px: tuple[Point, Point]


@dataclass(frozen=True, slots=True, eq=False)
class Mesh:
    """Landmarks of one face.

    `landmarks_px` is (468 or more, 3) in pixels of the frame: x right, y down, z away from the camera on the
    scale of x. `score` is 0..1.
    """

    landmarks_px: npt.NDArray[np.float64]
    score: float


class Detector(Protocol):
    """What every detector of pictures can do: be named, and be loaded or say why not."""

    key: str

    def load(self, models_dir: Path | None, threads: int) -> None:
        """Import the library and read the model.

        Raises:
            DetectorMissing: when either is not there.
        """


class FaceDetector(Protocol):
    """Counts faces. Safe to call from several threads; equal pictures give equal answers."""

    key: str

    def load(self, models_dir: Path | None, threads: int) -> None:
        """Import the library and read the model.

        Raises:
            DetectorMissing: when either is not there.
        """

    def detect(self, image: Image, half: Image | None = None) -> tuple[FoundFace, ...]:
        """Faces in a (height, width, 3) uint8 BGR picture, largest first.

        Args:
            image: the picture.
            half: the same at half its size, where somebody has made it already.
        """


class MeshDetector(Protocol):
    """Finds landmarks of faces. Safe to call from several threads; equal pictures give equal answers."""

    key: str

    def load(self, models_dir: Path | None, threads: int) -> None:
        """Import the library and read the model.

        Raises:
            DetectorMissing: when either is not there.
        """

    def landmarks(self, image: Image, faces: tuple[FoundFace, ...]) -> tuple[Mesh | None, ...]:
        """One mesh per given face of a BGR picture, `None` where none fits."""


class LidDetector(Protocol):
    """Places eyelids closely. Safe to call from several threads; equal pictures give equal answers."""

    key: str

    def load(self, models_dir: Path | None, threads: int) -> None:
        """Import the library and read the model.

        Raises:
            DetectorMissing: when either is not there.
        """

    def place(self, image: Image, mesh: Mesh) -> Mesh:
        """The same mesh with both eyes' lids placed anew."""
