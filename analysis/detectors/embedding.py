"""A face as 256 numbers that are near for one person and far for two: OpenVINO's face-reidentification."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from analysis.detectors.alignment import FaceAligner
from analysis.detectors.base import DetectorMissing, Image
from analysis.detectors.networks import NCHW_BGR, Network
from analysis.observations import Box

MODEL_FILE = "face-reidentification-retail-0095.xml"
DETECTOR, VERSION = "face-reidentification-retail", "0095"
DIMENSIONS = 256


@dataclass(frozen=True, slots=True, eq=False)
class Embedding:
    """One face: `vector` is (256,) float32 of length one; the rest as in `AlignedFace`."""

    vector: npt.NDArray[np.float32]
    eyes_px: float
    sharpness: float


class FaceEmbeddings:
    """Embeds a known face. Safe to call from several threads; equal pictures give equal answers."""

    key = "embedding"

    def __init__(self) -> None:
        self._aligner = FaceAligner()
        self._network: Network | None = None

    def load(self, models_dir: Path | None, threads: int) -> None:
        """Read both model files.

        Raises:
            DetectorMissing: when one is not there, or is no model.
        """
        self._aligner.load(models_dir)
        if models_dir is None or not (models_dir / MODEL_FILE).is_file():
            raise DetectorMissing(f"no {MODEL_FILE} in the models folder")
        self._network = Network(models_dir / MODEL_FILE, threads, NCHW_BGR, outputs=1)

    def embed(self, image: Image, box: Box) -> Embedding | None:
        """The face in `box` of a (height, width, 3) uint8 BGR picture; `None` where none is found."""
        if self._network is None:
            raise RuntimeError("the embedding network is not loaded")
        face = self._aligner.align(image, box)
        if face is None:
            return None
        vector = self._network.run(face.image)[0].astype(np.float32).ravel()
        length = float(np.linalg.norm(vector))
        if not np.isfinite(length) or length == 0:
            return None
        return Embedding(vector / np.float32(length), face.eyes_px, face.sharpness)
