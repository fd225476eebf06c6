"""Face landmarks: MediaPipe's face mesh, with the weights its package brings along, run by OpenVINO."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from analysis.detectors.base import FoundFace, Image, Mesh
from analysis.detectors.crops import Crop
from analysis.detectors.networks import UNIT, Network, mediapipe_model

MODEL = ("face_landmark", "face_landmark.tflite")
INPUT_PX = 192
MIN_SCORE = 0.5


class FaceMeshes:
    """Crops each face upright by its eyes, as MediaPipe's still-picture graph does, and places 468 landmarks.

    Nothing is tracked between pictures: workers are shared by candidates.
    """

    key = "mesh"

    def __init__(self) -> None:
        self._network: Network | None = None

    def load(self, models_dir: Path | None, threads: int) -> None:
        self._network = Network(mediapipe_model(*MODEL), threads, UNIT, outputs=2)

    def landmarks(self, image: Image, faces: tuple[FoundFace, ...]) -> tuple[Mesh | None, ...]:
        if self._network is None:
            raise RuntimeError("the landmark detector is not loaded")
        return tuple(_mesh(self._network, image, Crop.of_face(face)) for face in faces)


def _mesh(network: Network, image: Image, crop: Crop) -> Mesh | None:
    points, presence = network.run(crop.picture(image, INPUT_PX))
    score = 1.0 / (1.0 + float(np.exp(-presence.ravel()[0])))
    if score < MIN_SCORE:
        return None
    placed = points.reshape(-1, 3).astype(np.float64)
    placed[:, :2] = crop.place(placed[:, :2], INPUT_PX)
    placed[:, 2] *= crop.side_px / INPUT_PX
    return Mesh(placed, score)
