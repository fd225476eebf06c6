"""Things and people by YOLO11n in OpenVINO, from an operator's model file (COCO classes, one ONNX file)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from analysis.detectors.base import DetectorMissing, Image
from analysis.detectors.networks import Network, PixelRange
from analysis.detectors.yolo_size import InputSize, resized
from analysis.objects import COCO_LABELS, MIN_SCORE, SAME_OVERLAP, Found
from analysis.observations import Box

MODEL_FILE, MODEL_PATTERN = "yolo11n.onnx", "yolo11n*.onnx"
INPUT_PX = 640
STEP_PX = 32
GREY = 114
"""What the network was trained to see beside a picture of another shape."""
UNIT_NCHW = PixelRange(0.0, 255.0, layout="NCHW")

FloatArray = npt.NDArray[np.float32]


class OpenVinoObjects:
    """One picture at a time on the processor; safe to call from several threads.

    Args:
        input_px: the longer side of what a picture is fitted into, a multiple of 32. 640 finds twice as many
            phones as 320 and takes four times as long. A camera's picture goes into a lower frame, without
            a fifth of the square that would be grey; a taller picture goes into the square.
    """

    key = "objects"

    def __init__(self, input_px: int = INPUT_PX) -> None:
        # The picture lies on the network's cells as it does in the square, so that the answers are the same.
        low_px = input_px - input_px // 4 // (2 * STEP_PX) * 2 * STEP_PX
        self._wide, self._square = InputSize(input_px, low_px), InputSize(input_px, input_px)
        self._networks: dict[InputSize, Network] = {}

    def load(self, models_dir: Path | None, threads: int) -> None:
        """Read the model file.

        Raises:
            DetectorMissing: when it is not there, or is no YOLO model of the usual form.
        """
        path = find_model(models_dir, MODEL_FILE, MODEL_PATTERN)
        self._networks = {
            size: Network(path, threads, UNIT_NCHW, outputs=1, prepare=partial(resized, size=size))
            for size in (self._wide, self._square)
        }

    def detect(self, images: Sequence[Image]) -> list[list[Found]]:
        """What is in each (height, width, 3) uint8 BGR picture, surest first."""
        return [self._detect(image) for image in images]

    def _detect(self, image: Image) -> list[Found]:
        if not self._networks:
            raise RuntimeError("the object detector is not loaded")
        height_px, width_px = image.shape[:2]
        fits = height_px * self._wide.width_px <= width_px * self._wide.height_px
        size = self._wide if fits else self._square
        fitted, scale, left_px, top_px = letterbox(image, size)
        rows = self._networks[size].run(fitted)[0][0].T
        return read_rows(rows, scale, left_px, top_px)


def find_model(models_dir: Path | None, name: str, pattern: str) -> Path:
    """The file of this name where it is, else the last of those that the pattern fits.

    Raises:
        DetectorMissing: when there is none.
    """
    files = sorted(models_dir.glob(pattern)) if models_dir and models_dir.is_dir() else []
    if not files:
        raise DetectorMissing(f"no {pattern} in the models folder")
    return next((path for path in files if path.name == name), files[-1])


def letterbox(image: Image, size: InputSize) -> tuple[Image, float, int, int]:
    """The picture fitted into a grey frame: the frame, its scale, and the border left and above."""
    height_px, width_px = image.shape[:2]
    scale = min(size.width_px / width_px, size.height_px / height_px)
    wide_px, high_px = max(1, round(width_px * scale)), max(1, round(height_px * scale))
    fitted = cv2.resize(image, (wide_px, high_px), interpolation=cv2.INTER_LINEAR)
    left_px, top_px = (size.width_px - wide_px) // 2, (size.height_px - high_px) // 2
    frame = np.full((size.height_px, size.width_px, 3), GREY, np.uint8)
    frame[top_px : top_px + high_px, left_px : left_px + wide_px] = fitted
    return frame, scale, left_px, top_px


def read_rows(rows: FloatArray, scale: float, left_px: int, top_px: int) -> list[Found]:
    """Things in (n, 84) rows of centre x, y, width, height and 80 class scores, in pixels of the picture."""
    classes = list(COCO_LABELS)
    scores = rows[:, [4 + number for number in classes]]
    best = scores.argmax(axis=1)
    top = scores[np.arange(len(rows)), best]
    # A thing that looks more like something that is not looked for is not what is looked for.
    wanted = np.flatnonzero((top >= MIN_SCORE) & (top >= rows[:, 4:].max(axis=1)))
    boxes = _corners(rows[wanted, :4])
    found = []
    for place in suppress(boxes, top[wanted], best[wanted]):
        x, y, right, bottom = ((boxes[place] - (left_px, top_px, left_px, top_px)) / scale).tolist()
        label = COCO_LABELS[classes[int(best[wanted][place])]]
        found.append(Found(label, Box(x, y, right - x, bottom - y), float(top[wanted][place])))
    return found


def suppress(boxes: FloatArray, scores: FloatArray, classes: npt.NDArray[Any]) -> list[int]:
    """Places of the boxes to keep, surest first: of those of one class that overlap only the surest."""
    order = [int(place) for place in np.argsort(-scores, kind="stable")]
    kept: list[int] = []
    for place in order:
        rivals = [other for other in kept if classes[other] == classes[place]]
        if not rivals or _overlaps(boxes[place], boxes[rivals]).max() < SAME_OVERLAP:
            kept.append(place)
    return kept


def _corners(centred: FloatArray) -> FloatArray:
    half = centred[:, 2:] / 2
    return np.concatenate([centred[:, :2] - half, centred[:, :2] + half], axis=1)


def _overlaps(box: FloatArray, others: FloatArray) -> FloatArray:
    sides = np.minimum(box[2:], others[:, 2:]) - np.maximum(box[:2], others[:, :2])
    shared = np.clip(sides, 0, None).prod(axis=1)
    areas = (others[:, 2:] - others[:, :2]).prod(axis=1) + (box[2:] - box[:2]).prod()
    overlaps: FloatArray = (shared / np.maximum(areas - shared, 1e-9)).astype(np.float32)
    return overlaps
