"""The count of faces by YuNet, from an operator's model file, where the full-range detector is missing."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import cv2

from analysis.detectors.base import DetectorMissing, FoundFace, Image
from analysis.observations import Box

MODEL_PATTERN = "face_detection_yunet*.onnx"
INPUT_PX = 320
MIN_SCORE = 0.6
MIN_SHARE = 8.4 / 192


class YunetFaces:
    """OpenCV's FaceDetectorYN on a copy of the frame scaled to 320 pixels."""

    key = "yunet"

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._model: Any = None

    def load(self, models_dir: Path | None, threads: int) -> None:
        files = sorted(models_dir.glob(MODEL_PATTERN)) if models_dir and models_dir.is_dir() else []
        if not files:
            raise DetectorMissing(f"no {MODEL_PATTERN} in the models folder")
        try:
            self._model = cv2.FaceDetectorYN.create(str(files[-1]), "", (INPUT_PX, INPUT_PX), MIN_SCORE)
        except cv2.error as reason:
            raise DetectorMissing(f"{files[-1].name} is not a model that OpenCV reads") from reason

    def detect(self, image: Image, half: Image | None = None) -> tuple[FoundFace, ...]:
        if self._model is None:
            raise RuntimeError("the face detector is not loaded")
        scale = min(1.0, INPUT_PX / max(image.shape[:2]))
        small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        with self._lock:
            self._model.setInputSize((small.shape[1], small.shape[0]))
            _, rows = self._model.detect(small)
        least = MIN_SHARE * max(image.shape[:2])
        found = (_found([float(value) / scale for value in row[:8]], float(row[14])) for row in _rows(rows))
        kept = (face for face in found if face.box_px.width_px >= least)
        return tuple(sorted(kept, key=lambda face: (-face.box_px.area_px, face.box_px.x_px)))


def _rows(rows: Any) -> Any:
    return () if rows is None else rows


def _found(row: list[float], score: float) -> FoundFace:
    x, y, width, height, right_x, right_y, left_x, left_y = row
    return FoundFace(Box(x, y, width, height), min(1.0, score), ((right_x, right_y), (left_x, left_y)))
