"""Face landmarks with iris, by MediaPipe's FaceMesh in still-picture mode: workers are shared by candidates."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from analysis.detectors.base import DetectorMissing, FoundFace, Image, Mesh

MAX_FACES = 2


class FaceMeshes:
    """FaceMesh finds its own faces; each is given to the count detector's face whose box holds its centre."""

    key = "mesh"

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._model: Any = None

    def load(self, models_dir: Path | None, threads: int) -> None:
        os.environ.setdefault("GLOG_minloglevel", "3")
        try:
            from mediapipe.python.solutions.face_mesh import FaceMesh
        except ImportError as reason:
            raise DetectorMissing(f"mediapipe is not installed ({reason})") from reason
        self._model = FaceMesh(static_image_mode=True, max_num_faces=MAX_FACES, refine_landmarks=True)

    def landmarks(self, image: Image, faces: tuple[FoundFace, ...]) -> tuple[Mesh | None, ...]:
        if not faces:
            return ()
        rgb = cv2.cvtColor(image, cv2.COLOR_BGR2RGB)
        with self._lock:
            found = self._model.process(rgb).multi_face_landmarks or ()
        height, width = image.shape[:2]
        scale = (width, height, width)
        meshes = [np.array([(p.x, p.y, p.z) for p in one.landmark]) * scale for one in found]
        return tuple(_inside(meshes, face) for face in faces)


def _inside(meshes: list[Any], face: FoundFace) -> Mesh | None:
    box = face.box_px
    for points in meshes:
        x, y = points[:, :2].mean(axis=0)
        if box.x_px <= x <= box.x_px + box.width_px and box.y_px <= y <= box.y_px + box.height_px:
            return Mesh(points, 1.0)
    return None
