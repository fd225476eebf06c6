"""Pupils on a real face, and what is said where they cannot be found."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analysis.close_look import CloseLook, look_closely
from analysis.detectors.base import Image, Mesh
from analysis.detectors.iris import EyePoints, Irises
from analysis.frame_steps import FrameState, judge_frame
from analysis.frames import Frame
from analysis.pipeline import Pipeline
from tests.analysis.pictures import labelled


@pytest.fixture(scope="module")
def irises() -> Irises:
    detector = Irises()
    detector.load(None, 1)
    return detector


@pytest.fixture(scope="module")
def frame(data_dir: Path) -> Frame:
    return Frame.of(next(iter(labelled(data_dir, "gaze_onscreen"))).picture())


class BrokenIrises:
    def find(self, image: Image, mesh: Mesh) -> tuple[EyePoints, EyePoints]:
        raise RuntimeError("this detector is broken")


def test_pupils_lie_in_the_face(pipeline: Pipeline, irises: Irises, frame: Frame) -> None:
    look = look_closely(frame, pipeline, irises)
    assert look.seen == pipeline.observe(frame)
    assert look.pupils is not None
    box = look.seen.faces[0].box_px
    (right_x, right_y), (left_x, left_y) = look.pupils
    assert box.x_px < right_x * frame.width_px < left_x * frame.width_px < box.x_px + box.width_px
    assert all(box.y_px < y * frame.height_px < box.y_px + box.height_px for y in (right_y, left_y))


def test_the_same_picture_twice_is_straight_and_a_moved_one_is_not(
    pipeline: Pipeline, irises: Irises, frame: Frame
) -> None:
    moved = Frame.of(np.ascontiguousarray(np.roll(frame.image, frame.width_px // 10, axis=1)))
    looks = [look_closely(one, pipeline, irises) for one in (frame, frame, moved)]
    state, _ = judge_frame(FrameState(), looks[0], 0)
    state, still = judge_frame(state, looks[1], 500)
    _, shaken = judge_frame(state, looks[2], 1000)
    assert (still.pupil_movement, still.pupil_move, still.face_move) == ("straight", 0.0, 0.0)
    assert shaken.pupil_movement == "unusual"
    assert shaken.face_move == pytest.approx(0.1, abs=0.01)
    assert set(shaken.reasons) >= {"pupils_unusual", "face_moved"}


def test_irises_that_fail_or_are_missing_are_named(pipeline: Pipeline, frame: Frame) -> None:
    seen = pipeline.observe(frame)
    expected = CloseLook(replace(seen, unavailable=("iris",)))
    assert look_closely(frame, pipeline, BrokenIrises()) == expected
    assert look_closely(frame, pipeline, None) == expected


def test_nobody_has_no_pupils(pipeline: Pipeline, irises: Irises) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (480, 640, 3), dtype=np.uint8)
    look = look_closely(Frame.of(noise), pipeline, irises)
    assert (look.seen.faces, look.pupils, look.seen.unavailable) == ((), None, ())
