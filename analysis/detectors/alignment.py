"""Five points of one face, and the face upright at the size that the embedding network was trained on."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from analysis.detectors.base import DetectorMissing, Image
from analysis.detectors.yunet import MIN_SCORE, MODEL_PATTERN
from analysis.observations import Box

FloatArray = npt.NDArray[np.float64]
SIDE_PX = 128
SEARCH_PX = 224
GROWN = 2.4
"""The search looks at this many face sizes around the face: 1.6 and 2.0 split some genuine pairs."""
HALVE_BELOW = 0.7
REFERENCE_PX = SIDE_PX * np.array(
    [(0.3156, 0.4616), (0.6827, 0.4616), (0.5003, 0.6405), (0.3495, 0.8247), (0.6534, 0.8247)]
)
"""Where the network wants eyes, nose and mouth corners, the left of the picture first (model's own card)."""


@dataclass(frozen=True, slots=True, eq=False)
class AlignedFace:
    """`image` is (128, 128, 3) uint8 BGR; `eyes_px` the distance between the eyes in the frame.

    `sharpness` is the Laplacian's variance over `image`, so that it does not depend on the face's size.
    """

    image: Image
    eyes_px: float
    sharpness: float


class FaceAligner:
    """YuNet's five points on a crop around a known face. Safe to call from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._model: Any = None

    def load(self, models_dir: Path | None) -> None:
        """Read the model file.

        Raises:
            DetectorMissing: when there is none, or it is no model.
        """
        files = sorted(models_dir.glob(MODEL_PATTERN)) if models_dir and models_dir.is_dir() else []
        if not files:
            raise DetectorMissing(f"no {MODEL_PATTERN} in the models folder")
        try:
            self._model = cv2.FaceDetectorYN.create(str(files[-1]), "", (SEARCH_PX, SEARCH_PX), MIN_SCORE)
        except cv2.error as reason:
            raise DetectorMissing(f"{files[-1].name} is not a model that OpenCV reads") from reason

    def align(self, image: Image, box: Box) -> AlignedFace | None:
        """The face in `box` of a (height, width, 3) uint8 BGR picture; `None` where none is found."""
        points_px = self._points(image, box)
        if points_px is None:
            return None
        upright = _upright(image, points_px)
        grey = cv2.cvtColor(upright, cv2.COLOR_BGR2GRAY)
        return AlignedFace(
            image=upright,
            eyes_px=float(np.hypot(*(points_px[1] - points_px[0]))),
            sharpness=float(cv2.Laplacian(grey, cv2.CV_64F).var()),
        )

    def _points(self, image: Image, box: Box) -> FloatArray | None:
        if self._model is None:
            raise RuntimeError("the face aligner is not loaded")
        scale = SEARCH_PX / (GROWN * max(box.width_px, box.height_px, 1.0))
        x_px, y_px = box.centre_px
        shift = np.array([SEARCH_PX / 2 - scale * x_px, SEARCH_PX / 2 - scale * y_px])
        matrix = np.array([[scale, 0.0, shift[0]], [0.0, scale, shift[1]]])
        crop = cv2.warpAffine(image, matrix, (SEARCH_PX, SEARCH_PX), flags=cv2.INTER_LINEAR)
        with self._lock:
            _, rows = self._model.detect(crop)
        if rows is None:
            return None
        # The face that was asked for lies in the middle; a neighbour may be larger.
        middle = SEARCH_PX / 2
        nearest = min(rows, key=lambda r: (r[0] + r[2] / 2 - middle) ** 2 + (r[1] + r[3] / 2 - middle) ** 2)
        points: FloatArray = (np.asarray(nearest[4:14], dtype=np.float64).reshape(5, 2) - shift) / scale
        return points


def similarity(points_px: FloatArray) -> FloatArray:
    """The (2, 3) turn, scale and shift that takes five points nearest to the reference (Umeyama 1991)."""
    from_centre, to_centre = points_px - points_px.mean(0), REFERENCE_PX - REFERENCE_PX.mean(0)
    spread = float((from_centre**2).sum())
    along = float((from_centre * to_centre).sum()) / spread
    across = float((from_centre[:, 0] * to_centre[:, 1] - from_centre[:, 1] * to_centre[:, 0]).sum()) / spread
    turn = np.array([[along, -across], [across, along]])
    return np.column_stack([turn, REFERENCE_PX.mean(0) - turn @ points_px.mean(0)])


def _upright(image: Image, points_px: FloatArray) -> Image:
    matrix = similarity(points_px)
    scale = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    if scale < HALVE_BELOW:
        # A large face is made smaller by areas first: sampling it in steps would leave jagged edges.
        image = np.asarray(
            cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8
        )
        matrix = similarity(points_px * scale)
    return np.asarray(cv2.warpAffine(image, matrix, (SIDE_PX, SIDE_PX), flags=cv2.INTER_LINEAR), np.uint8)
