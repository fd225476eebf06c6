"""The count of faces: BlazeFace full range, with the weights that mediapipe brings along, run by OpenVINO."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from analysis.detectors.base import FoundFace, Image
from analysis.detectors.networks import SIGNED, Network, mediapipe_model
from analysis.half_size import half_size
from analysis.observations import Box

MODEL = ("face_detection", "face_detection_full_range_sparse.tflite")
INPUT_PX = 192
CELL_PX = 4
MIN_SCORE = 0.5
MIN_OTHER_SCORE = 0.6
"""Missing the only face and seeing a second that is none are both costly, so the second must be surer."""
MIN_WIDTH_PX = 8.4
"""In the network's input: 28 pixels of a 640 pixel wide frame. On smaller ones the model guesses."""
SAME_FACE_OVERLAP = 0.3

FloatArray = npt.NDArray[np.float32]


class FullRangeFaces:
    """Finds faces up to about five metres, where the short-range model misses them and takes hands for faces.

    Boxes and key points are decoded as MediaPipe's full-range graph does: one anchor per 4 pixels of a
    letterboxed 192x192 input, sigmoid scores, overlapping boxes blended by score.
    """

    key = "faces"

    def __init__(self) -> None:
        self._network: Network | None = None
        self._anchors = _anchors()

    def load(self, models_dir: Path | None, threads: int) -> None:
        self._network = Network(mediapipe_model(*MODEL), threads, SIGNED, outputs=2)

    def detect(self, image: Image, half: Image | None = None) -> tuple[FoundFace, ...]:
        if self._network is None:
            raise RuntimeError("the face detector is not loaded")
        box = _Letterbox.of(image)
        places, scores = self._network.run(box.picture(image, half))
        found = self._decode(places[0], scores[0, :, 0])
        large = [(place, score) for place, score in found if place[2] >= MIN_WIDTH_PX]
        kept = large[:1] + [(place, score) for place, score in large[1:] if score >= MIN_OTHER_SCORE]
        faces = (box.face(place, score) for place, score in kept)
        return tuple(sorted(faces, key=lambda face: (-face.box_px.area_px, face.box_px.x_px)))

    def _decode(self, places: FloatArray, logits: FloatArray) -> list[tuple[FloatArray, float]]:
        """Faces, surest first: (centre x, y, size x, y, two eyes x, y) in input pixels, and scores."""
        chosen = np.flatnonzero(logits >= np.log(MIN_SCORE / (1 - MIN_SCORE)))
        scores = 1.0 / (1.0 + np.exp(-logits[chosen].clip(-100.0, 100.0)))
        found = places[chosen, :8].copy()
        found[:, [0, 4, 6]] += self._anchors[chosen, :1]
        found[:, [1, 5, 7]] += self._anchors[chosen, 1:]
        return _blend(found, scores)


@dataclass(frozen=True, slots=True)
class _Letterbox:
    """How a frame is fitted into the network's square."""

    scale: float
    left_px: int
    top_px: int
    width_px: int
    height_px: int

    @classmethod
    def of(cls, image: Image) -> _Letterbox:
        height, width = image.shape[:2]
        scale = INPUT_PX / max(height, width)
        fitted_width, fitted_height = round(width * scale), round(height * scale)
        left, top = (INPUT_PX - fitted_width) // 2, (INPUT_PX - fitted_height) // 2
        return cls(scale, left, top, fitted_width, fitted_height)

    def picture(self, image: Image, half: Image | None = None) -> Image:
        """(192, 192, 3) BGR; the bars are black."""
        # Halving averages whole pixels, which is fast and keeps small faces from being skipped over.
        while image.shape[1] >= 2 * self.width_px and image.shape[0] >= 2 * self.height_px:
            image, half = half_size(image) if half is None else half, None
        square = np.zeros((INPUT_PX, INPUT_PX, 3), dtype=np.uint8)
        rows = slice(self.top_px, self.top_px + self.height_px)
        columns = slice(self.left_px, self.left_px + self.width_px)
        square[rows, columns] = cv2.resize(image, (self.width_px, self.height_px))
        return square

    def face(self, place: FloatArray, score: float) -> FoundFace:
        x, y, width, height = (float(value) for value in place[:4])
        eyes = [self._point(float(place[i]), float(place[i + 1])) for i in (4, 6)]
        left, top = self._point(x - width / 2, y - height / 2)
        box = Box(left, top, width / self.scale, height / self.scale)
        return FoundFace(box, score, (eyes[0], eyes[1]))

    def _point(self, x: float, y: float) -> tuple[float, float]:
        return (x - self.left_px) / self.scale, (y - self.top_px) / self.scale


def _anchors() -> FloatArray:
    cells = INPUT_PX // CELL_PX
    rows, columns = np.mgrid[0:cells, 0:cells]
    centres = np.stack([columns.ravel(), rows.ravel()], axis=1) + 0.5
    return np.asarray(centres * CELL_PX, dtype=np.float32)


def _blend(found: FloatArray, scores: FloatArray) -> list[tuple[FloatArray, float]]:
    """Weighted non-maximum suppression: boxes of one face are averaged by score, which steadies them."""
    order = np.argsort(-scores, kind="stable")
    blended: list[tuple[FloatArray, float]] = []
    while order.size:
        same = _overlaps(found[order[0]], found[order]) > SAME_FACE_OVERLAP
        same[0] = True
        group = order[same]
        weights = scores[group] / scores[group].sum()
        blended.append((np.asarray(weights @ found[group], dtype=np.float32), float(scores[order[0]])))
        order = order[~same]
    return blended


def _overlaps(one: FloatArray, many: FloatArray) -> FloatArray:
    low = np.maximum(one[:2] - one[2:4] / 2, many[:, :2] - many[:, 2:4] / 2)
    high = np.minimum(one[:2] + one[2:4] / 2, many[:, :2] + many[:, 2:4] / 2)
    shared = np.prod(np.maximum(high - low, 0.0), axis=1)
    union = one[2] * one[3] + many[:, 2] * many[:, 3] - shared
    return np.asarray(shared / np.maximum(union, 1e-9), dtype=np.float32)
