"""Small labelled folders, and an observer that answers from a list: the edge of the evaluation."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from analysis.baseline import Baseline
from analysis.evaluation.manifest import Manifest, read_manifest
from analysis.frames import Frame
from analysis.observations import Box, Camera, Face, Observation

GOOD = Camera("ok", 120.0, 50.0, 900.0, 1.0)


def folder(path: Path, rows: Sequence[tuple[str, str, str]], subject: str = "anna") -> Manifest:
    """One grey picture for each (file, kind, label)."""
    lines = ["file,kind,label,subject", *(f"{name},{kind},{label},{subject}" for name, kind, label in rows)]
    (path / "MANIFEST.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for name, _, _ in rows:
        cv2.imwrite(str(path / name), np.full((120, 160, 3), 128, np.uint8))
    return read_manifest(path)


def face(yaw_deg: float | None = 0.0, pitch_deg: float | None = 0.0, **measures: float) -> Face:
    roll_deg = None if yaw_deg is None else 0.0
    rotation = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
    box = Box(10.0, 10.0, 60.0, 60.0)
    return Face(box, 0.9, 1.0, yaw_deg, pitch_deg, roll_deg, rotation=rotation, **measures)


def seen(*faces: Face, count: int | None = -1, camera: Camera = GOOD) -> Observation:
    return Observation(160, 120, camera, faces, len(faces) if count == -1 else count)


class Answers:
    """Answers each look with the next observation of its list."""

    def __init__(self, *observations: Observation) -> None:
        self._left = list(observations)

    def observe(self, frame: Frame, baseline: Baseline | None = None) -> Observation:
        return self._left.pop(0)
