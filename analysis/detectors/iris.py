"""Irises: MediaPipe's iris network, with the weights its package brings along, run by OpenVINO."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from analysis.detectors.base import Image, Mesh
from analysis.detectors.crops import Crop, Points
from analysis.detectors.eyelids import INNER_CORNER, INPUT_PX, LEFT_CONTOUR, MODEL, RIGHT_CONTOUR
from analysis.detectors.networks import UNIT, Network, mediapipe_model

LOWER_LID = slice(0, 9)
UPPER_LID = slice(9, 16)


@dataclass(frozen=True, slots=True, eq=False)
class EyePoints:
    """One eye in pixels of the frame.

    `iris_px` is (5, 2), its centre first; `contour_px` (16, 2): the lower lid from the outer to the inner
    corner, then the upper one.
    """

    iris_px: Points
    contour_px: Points


class Irises:
    """Finds both irises on a crop of each eye. Safe to call from several threads."""

    key = "iris"

    def __init__(self) -> None:
        self._network: Network | None = None

    def load(self, models_dir: Path | None, threads: int) -> None:
        """Read the model.

        Raises:
            DetectorMissing: when it or its library is not there.
        """
        self._network = Network(mediapipe_model(*MODEL), threads, UNIT, outputs=2)

    def find(self, image: Image, mesh: Mesh) -> tuple[EyePoints, EyePoints]:
        """The person's right and left eye in a (height, width, 3) uint8 BGR picture."""
        if self._network is None:
            raise RuntimeError("the iris detector is not loaded")
        right = _eye(self._network, image, mesh.landmarks_px, RIGHT_CONTOUR, mirrored=False)
        left = _eye(self._network, image, mesh.landmarks_px, LEFT_CONTOUR, mirrored=True)
        return right, left


def _eye(
    network: Network, image: Image, landmarks_px: Points, contour: tuple[int, ...], *, mirrored: bool
) -> EyePoints:
    """The network knows right eyes; a left one is mirrored."""
    outer, inner = landmarks_px[contour[0], :2], landmarks_px[contour[INNER_CORNER], :2]
    left, right = (inner, outer) if mirrored else (outer, inner)
    crop = Crop.of_eye(left, right, mirrored)
    lids, iris = (
        crop.place(output.reshape(-1, 3)[:, :2].astype(np.float64), INPUT_PX)
        for output in network.run(crop.picture(image, INPUT_PX))
    )
    return EyePoints(iris, lids[: len(contour)])
