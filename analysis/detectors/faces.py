"""The count of faces, by MediaPipe's full-range detector."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

import cv2

from analysis.detectors.base import DetectorMissing, FoundFace, Image
from analysis.observations import Box

MIN_SCORE = 0.6
MIN_WIDTH_PX = 28.0


class FullRangeFaces:
    """BlazeFace full range: finds faces up to about five metres, where the short-range model misses them."""

    key = "faces"

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._model: Any = None

    def load(self, models_dir: Path | None, threads: int) -> None:
        os.environ.setdefault("GLOG_minloglevel", "3")
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        try:
            from mediapipe.python.solutions.face_detection import FaceDetection
        except ImportError as reason:
            raise DetectorMissing(f"mediapipe is not installed ({reason})") from reason
        self._model = FaceDetection(min_detection_confidence=MIN_SCORE, model_selection=1)

    def detect(self, image: Image) -> tuple[FoundFace, ...]:
        rgb = cv2.cvtColor(image, cv2.COLOR_BGR2RGB)
        with self._lock:
            detections = self._model.process(rgb).detections or ()
        height, width = image.shape[:2]
        found = (_found(detection, width, height) for detection in detections)
        kept = (face for face in found if face.box_px.width_px >= MIN_WIDTH_PX)
        return tuple(sorted(kept, key=lambda face: (-face.box_px.area_px, face.box_px.x_px)))


def _found(detection: Any, width: int, height: int) -> FoundFace:
    rect = detection.location_data.relative_bounding_box
    box = Box(rect.xmin * width, rect.ymin * height, rect.width * width, rect.height * height)
    first, second = ((p.x * width, p.y * height) for p in detection.location_data.relative_keypoints[:2])
    return FoundFace(box, float(detection.score[0]), (first, second))
