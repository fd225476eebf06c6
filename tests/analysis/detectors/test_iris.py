"""Irises on real eyes: where the annotation has them, and which way they look."""

import json
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from analysis.detectors.base import Mesh
from analysis.detectors.faces import FullRangeFaces
from analysis.detectors.iris import EyePoints, Irises
from analysis.detectors.mesh import FaceMeshes
from analysis.gaze import eye_place
from tests.analysis.pictures import labelled

ANNOTATED = ("recalib_00_00_00_img-001", "recalib_07_00_02_img-040")
RIGHT_IRIS, LEFT_IRIS = ("469", "470", "471", "472"), ("474", "475", "476", "477")
INNER, OUTER = 8, 0


def eyes_of(picture: npt.NDArray[np.uint8]) -> tuple[EyePoints, EyePoints]:
    found, meshes, irises = FullRangeFaces(), FaceMeshes(), Irises()
    for detector in (found, meshes, irises):
        detector.load(None, 1)
    mesh = meshes.landmarks(picture, found.detect(picture)[:1])[0]
    assert mesh is not None
    return irises.find(picture, mesh)


def places(eyes: tuple[EyePoints, EyePoints]) -> tuple[float, float]:
    right, left = eyes
    of_right = eye_place(right.iris_px[0], right.contour_px[OUTER], right.contour_px[INNER])
    of_left = eye_place(left.iris_px[0], left.contour_px[INNER], left.contour_px[OUTER])
    return (of_right[0] + of_left[0]) / 2, (of_right[1] + of_left[1]) / 2


def annotated_px(path: Path, ids: tuple[str, ...], scale: float) -> npt.NDArray[np.float64]:
    points = json.loads(path.with_suffix(".json").read_text())["head_pose"]["mediapipe_face_mesh_2d"]
    return np.array([points[one] for one in ids], dtype=np.float64).mean(axis=0) * scale


def test_irises_lie_where_the_annotation_has_them(data_dir: Path) -> None:
    """Within four hundredths of an eye's width."""
    seen = [photo for photo in labelled(data_dir, "gaze_onscreen") if photo.path.stem in ANNOTATED]
    assert len(seen) == 2
    for photo in seen:
        for eye, ids in zip(eyes_of(photo.picture()), (RIGHT_IRIS, LEFT_IRIS), strict=True):
            width_px = float(np.hypot(*(eye.contour_px[INNER] - eye.contour_px[OUTER])))
            truth_px = annotated_px(photo.path, ids, 1280 / 1920)
            assert np.hypot(*(eye.iris_px[0] - truth_px)) < 0.04 * width_px


def test_looking_down_moves_the_irises_down(data_dir: Path) -> None:
    """Two people two metres away in full HD, whose eyes are fourteen pixels wide; with less it is lost."""
    looks = {
        photo.label: places(eyes_of(np.asarray(cv2.imread(str(photo.path)), dtype=np.uint8)))
        for photo in labelled(data_dir, "gaze_direction")
    }
    assert looks["gaze=down"][1] - looks["gaze=center"][1] > 0.05


def test_a_detector_that_was_not_loaded_says_so() -> None:
    with pytest.raises(RuntimeError, match="not loaded"):
        Irises().find(np.zeros((48, 64, 3), dtype=np.uint8), Mesh(np.zeros((468, 3)), 1.0))
