"""Eyelids: MediaPipe's iris network, with the weights its package brings along, run by OpenVINO."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from analysis.detectors.base import Image, Mesh
from analysis.detectors.crops import Crop, Points
from analysis.detectors.networks import UNIT, Network, mediapipe_model

MODEL = ("iris_landmark", "iris_landmark.tflite")
INPUT_PX = 64
RIGHT_CONTOUR = (33, 7, 163, 144, 145, 153, 154, 155, 133, 246, 161, 160, 159, 158, 157, 173)
LEFT_CONTOUR = (263, 249, 390, 373, 374, 380, 381, 382, 362, 466, 388, 387, 386, 385, 384, 398)
"""Mesh ids of the network's first sixteen points: lower lid from outer to inner corner, then the upper."""
INNER_CORNER = 8


class Eyelids:
    """Places the lids anew on a crop of each eye: those of the plain mesh hardly follow a closing eye."""

    key = "eyes"

    def __init__(self) -> None:
        self._network: Network | None = None

    def load(self, models_dir: Path | None, threads: int) -> None:
        self._network = Network(mediapipe_model(*MODEL), threads, UNIT, outputs=1)

    def place(self, image: Image, mesh: Mesh) -> Mesh:
        if self._network is None:
            raise RuntimeError("the eyelid detector is not loaded")
        landmarks = mesh.landmarks_px.copy()
        for contour, mirrored in ((RIGHT_CONTOUR, False), (LEFT_CONTOUR, True)):
            landmarks[list(contour), :2] = _lids(self._network, image, mesh.landmarks_px, contour, mirrored)
        return Mesh(landmarks, mesh.score)


def _lids(
    network: Network, image: Image, landmarks_px: Points, contour: tuple[int, ...], mirrored: bool
) -> Points:
    """One eye's (16, 2) points in frame pixels. The network knows right eyes; a left one is mirrored."""
    outer, inner = landmarks_px[contour[0], :2], landmarks_px[contour[INNER_CORNER], :2]
    left, right = (inner, outer) if mirrored else (outer, inner)
    crop = Crop.of_eye(left, right, mirrored)
    points = network.run(crop.picture(image, INPUT_PX))[0].reshape(-1, 3)
    return crop.place(points[: len(contour), :2].astype(np.float64), INPUT_PX)
