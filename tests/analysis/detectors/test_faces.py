"""The full-range detector: blending of boxes, the letterbox, and the limits of score and size."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from analysis.detectors.faces import INPUT_PX, FullRangeFaces, _blend, _Letterbox
from analysis.half_size import half_size
from tests.analysis.pictures import labelled


@pytest.fixture(scope="module")
def detector() -> FullRangeFaces:
    found = FullRangeFaces()
    found.load(None, 1)
    return found


@pytest.fixture(scope="module")
def two_people(data_dir: Path) -> np.ndarray:
    return next(one for one in labelled(data_dir, "face_count") if "two_people" in one.path.name).picture()


def place(x: float, y: float, side: float) -> list[float]:
    return [x, y, side, side, x - 5, y, x + 5, y]


def test_boxes_of_one_face_are_averaged_by_score() -> None:
    found = np.array([place(100, 100, 40), place(104, 100, 40), place(20, 20, 30)], np.float32)
    blended = _blend(found, np.array([0.9, 0.6, 0.7], np.float32))
    assert [round(score, 3) for _, score in blended] == [0.9, 0.7]
    assert blended[0][0][0] == pytest.approx(101.6)
    assert list(blended[1][0]) == place(20, 20, 30)


@pytest.mark.parametrize("size", [(640, 480), (480, 640), (1280, 720), (161, 121), (1920, 1080)])
def test_a_frame_of_any_shape_fits_the_square(size: tuple[int, int]) -> None:
    image = np.full((size[1], size[0], 3), 200, np.uint8)
    box = _Letterbox.of(image)
    square = box.picture(image)
    assert square.shape == (INPUT_PX, INPUT_PX, 3)
    assert int((square[..., 0] == 200).sum()) == box.width_px * box.height_px
    assert max(box.width_px, box.height_px) == INPUT_PX


def test_faces_come_largest_first_with_eyes_inside(detector: FullRangeFaces, two_people: np.ndarray) -> None:
    faces = detector.detect(two_people)
    assert len(faces) == 2
    assert faces[0].box_px.area_px >= faces[1].box_px.area_px
    for face in faces:
        box, (first, second) = face.box_px, face.eyes_px
        assert box.x_px < first[0] < second[0] < box.x_px + box.width_px
        assert box.y_px < min(first[1], second[1]) < box.y_px + box.height_px / 2 + 1


def test_a_half_that_was_made_already_gives_the_same_answer(
    detector: FullRangeFaces, two_people: np.ndarray
) -> None:
    large = cv2.resize(two_people, (640, 480))
    assert detector.detect(large, half_size(large)) == detector.detect(large) != ()


def test_faces_too_small_to_judge_are_left_out(detector: FullRangeFaces, two_people: np.ndarray) -> None:
    canvas = np.full((480, 640, 3), 90, np.uint8)
    small = cv2.resize(two_people, (96, 56), interpolation=cv2.INTER_AREA)
    canvas[200:256, 200:296] = small
    assert detector.detect(canvas) == ()


def test_a_detector_that_is_not_loaded_says_so(two_people: np.ndarray) -> None:
    with pytest.raises(RuntimeError, match="not loaded"):
        FullRangeFaces().detect(two_people)
