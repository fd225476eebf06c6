"""Things and people by ultralytics on a GPU, or a processor, in batches; needs the `full` set of packages."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from analysis.detectors.base import DetectorMissing, Image
from analysis.detectors.objects import MODEL_FILE, find_model
from analysis.objects import COCO_LABELS, MIN_SCORE, SAME_OVERLAP, Found
from analysis.observations import Box

WEIGHTS_FILE, WEIGHTS_PATTERN = "yolo11n.pt", "yolo11n*.pt"
INPUT_PX = 640


class UltralyticsObjects:
    """All pictures of a call in one batch, on the first GPU where there is one. Safe from several threads."""

    key = "objects_ultralytics"

    def __init__(self, input_px: int = INPUT_PX) -> None:
        self._input_px = input_px
        self._lock = threading.Lock()
        self._model: Any = None
        self._device = "cpu"

    def load(self, models_dir: Path | None, threads: int) -> None:
        """Import ultralytics and read the weights.

        Raises:
            DetectorMissing: when either is not there.
        """
        torch, yolo = _libraries()
        weights = find_model(models_dir, WEIGHTS_FILE, WEIGHTS_PATTERN)
        torch.set_num_threads(threads)
        self._device = "cuda:0" if torch.cuda.is_available() else "cpu"
        self._model = _read_weights(yolo, weights)
        self._model.to(self._device)

    def detect(self, images: Sequence[Image]) -> list[list[Found]]:
        """What is in each (height, width, 3) uint8 BGR picture, surest first."""
        if self._model is None:
            raise RuntimeError("the object detector is not loaded")
        if not images:
            return []
        with self._lock:
            results = self._model.predict(
                list(images),
                imgsz=self._input_px,
                conf=MIN_SCORE,
                iou=SAME_OVERLAP,
                classes=list(COCO_LABELS),
                device=self._device,
                verbose=False,
            )
        return [_read(result.boxes) for result in results]


def export_onnx(models_dir: Path, side_px: int) -> Path:
    """Make `yolo11n.onnx`, which OpenVINO runs, from the weights in the same folder.

    Raises:
        DetectorMissing: when ultralytics or the weights are not there, the weights cannot be read, or the
            folder cannot be written.
    """
    _, yolo = _libraries()
    try:
        import onnx  # noqa: F401 - ultralytics writes with it, and would only say so in its own log
    except ImportError as reason:
        raise _not_installed(reason) from reason
    weights = find_model(models_dir, WEIGHTS_FILE, WEIGHTS_PATTERN)
    # The export lies beside its weights: in a folder of its own it leaves no half-made file behind.
    with tempfile.TemporaryDirectory(prefix="invigil-export-") as name:
        copy = Path(name) / weights.name
        shutil.copyfile(weights, copy)
        made = _read_weights(yolo, copy).export(format="onnx", imgsz=side_px, simplify=False, verbose=False)
        try:
            # Whole or not at all, also where the two folders lie on different disks.
            part = Path(shutil.copyfile(made, models_dir / f".{MODEL_FILE}.part"))
            return part.replace(models_dir / MODEL_FILE)
        except OSError as reason:
            raise DetectorMissing(f"{models_dir} cannot be written: {reason.strerror}") from reason


def _libraries() -> tuple[Any, Any]:
    """PyTorch and ultralytics' class of models."""
    # By itself it reports its use to its makers, installs what it misses and fills the terminal.
    os.environ.update(YOLO_OFFLINE="1", YOLO_AUTOINSTALL="0", YOLO_VERBOSE="0")
    try:
        import torch
        from ultralytics import YOLO
    except ImportError as reason:
        raise _not_installed(reason) from reason
    return torch, YOLO


def _not_installed(reason: ImportError) -> DetectorMissing:
    name = reason.name or str(reason)
    return DetectorMissing(f"{name} is not installed; it comes with the `full` set (requirements/full.txt)")


def _read_weights(yolo: Any, weights: Path) -> Any:
    try:
        return yolo(str(weights), task="detect")
    except Exception as reason:  # torch's reader raises whatever a broken file makes it raise
        raise DetectorMissing(f"{weights.name} is not a model that ultralytics reads") from reason


def _read(boxes: Any) -> list[Found]:
    rows = zip(boxes.xyxy.tolist(), boxes.conf.tolist(), boxes.cls.tolist(), strict=True)
    found = [
        Found(COCO_LABELS[int(number)], Box(x, y, right - x, bottom - y), float(score))
        for (x, y, right, bottom), score, number in rows
    ]
    return sorted(found, key=lambda one: -one.score)
