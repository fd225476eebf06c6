"""What a frame tells of the eyes: features on real faces, signals of calibrated and uncalibrated people."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from analysis.detectors.base import Image, Mesh
from analysis.detectors.iris import EyePoints, Irises
from analysis.frames import Frame
from analysis.gaze import EyeFeatures, calibrate
from analysis.gaze_fit import GazeFit
from analysis.gaze_look import UNKNOWN, EyeLook, gaze_signals, look_into_eyes, pupil_signals
from analysis.pipeline import Landmarked, Pipeline
from tests.analysis.faces import face, observed
from tests.analysis.pictures import labelled
from tests.analysis.test_gaze import NINE, eyes_at, points

REST = EyeFeatures(0.02, -0.05, 0, 0, 0, 0.3)


@pytest.fixture(scope="module")
def irises() -> Irises:
    detector = Irises()
    detector.load(None, 1)
    return detector


def looks(data_dir: Path, pipeline: Pipeline, irises: Irises, kind: str, width_px: int) -> dict[str, EyeLook]:
    found = {}
    for photo in labelled(data_dir, kind):
        image = photo.picture()
        size = (width_px, round(image.shape[0] * width_px / image.shape[1]))
        small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
        frame = Frame.of(np.asarray(small, dtype=np.uint8))
        look = look_into_eyes(frame, pipeline.observe_landmarks(frame), irises)
        if look is not None:
            found[photo.path.stem] = look
    return found


def test_a_look_at_the_upper_left_corner_is_left_and_above_the_middle_below(
    data_dir: Path, pipeline: Pipeline, irises: Irises
) -> None:
    """One person at one tablet, in pictures as small as an exam's."""
    found = looks(data_dir, pipeline, irises, "gaze_onscreen", 640)
    corner, below = found["recalib_07_00_02_img-040"], found["recalib_sample"]
    # The irises move to the picture's right, where the person's left is; the head goes along.
    turned = corner.features.yaw_deg - below.features.yaw_deg
    assert (corner.features.u > below.features.u, turned > 0) == (True, True)
    assert corner.features.v < below.features.v
    assert corner.quality > 0.5


def test_eyes_of_few_pixels_are_not_judged(data_dir: Path, pipeline: Pipeline, irises: Irises) -> None:
    assert looks(data_dir, pipeline, irises, "gaze_direction", 640) == {}


class SlimIrises:
    """Eyes that are a given width, looking straight."""

    def __init__(self, width_px: float) -> None:
        self.width_px = width_px

    def find(self, image: Image, mesh: Mesh) -> tuple[EyePoints, EyePoints]:
        contour = np.zeros((16, 2))
        contour[8] = (self.width_px, 0.0)
        middle = np.array([[self.width_px / 2, 0.0]] * 5)
        return EyePoints(middle, contour), EyePoints(middle, contour[[8, *range(1, 8), 0, *range(9, 16)]])


BLANK = Frame.of(np.zeros((48, 64, 3), dtype=np.uint8))
MESH = Mesh(np.zeros((468, 3)), 1.0)


def test_features_are_the_eyes_place_and_the_heads_pose() -> None:
    seen = observed(face(yaw_deg=3.0, pitch_deg=-2.0, roll_deg=1.0, ear=0.28))
    assert look_into_eyes(BLANK, Landmarked(seen, MESH), SlimIrises(20)) == EyeLook(
        EyeFeatures(0.0, 0.0, 3.0, -2.0, 1.0, 0.28), 1.0, ((10 / 64, 0.0), (10 / 64, 0.0))
    )


def test_pupils_are_told_as_shares_of_the_picture_or_unknown() -> None:
    look = EyeLook(REST, 1.0, ((0.25, 0.3), (0.5, 0.3)))
    assert pupil_signals(look) == {
        "pupil_right_x": 0.25,
        "pupil_right_y": 0.3,
        "pupil_left_x": 0.5,
        "pupil_left_y": 0.3,
    }
    assert set(pupil_signals(None).values()) == {None}


@pytest.mark.parametrize(
    ("landmarked", "irises"),
    [
        (Landmarked(observed(face()), None), SlimIrises(20)),
        (Landmarked(observed(), MESH), SlimIrises(20)),
        (Landmarked(observed(face(), face()), MESH), SlimIrises(20)),
        (Landmarked(observed(face(yaw_deg=None)), MESH), SlimIrises(20)),
        (Landmarked(observed(face(ear=None)), MESH), SlimIrises(20)),
        (Landmarked(replace(observed(face()), face_count=None), MESH), SlimIrises(20)),
        (Landmarked(observed(face()), MESH), SlimIrises(13)),
        (Landmarked(observed(face()), MESH), None),
    ],
)
def test_what_cannot_be_judged_is_not(landmarked: Landmarked, irises: SlimIrises | None) -> None:
    assert look_into_eyes(BLANK, landmarked, irises) is None


def test_signals_of_a_calibrated_person() -> None:
    fit, rng = GazeFit(REST, calibrate(points(NINE))), np.random.default_rng(4)
    on, left = (EyeLook(eyes_at(x, 0, rng), 0.9) for x in (5, -45))
    assert gaze_signals(on, fit) == {
        "gaze_zone": "on",
        "off_screen": False,
        "gaze_outside": 0.0,
        "gaze_hint": None,
    }
    found = gaze_signals(left, fit)
    outside = found["gaze_outside"]
    assert isinstance(outside, float)
    assert (found["gaze_zone"], found["off_screen"], found["gaze_hint"]) == ("left", True, None)
    assert 5 < outside <= 45
    closed = replace(left, features=replace(left.features, ear=0.1))
    assert gaze_signals(closed, fit) == UNKNOWN
    assert gaze_signals(replace(left, quality=0.49), fit) == UNKNOWN


def test_without_a_calibration_there_is_only_a_hint() -> None:
    aside = EyeLook(replace(REST, u=0.2), 0.9)
    assert gaze_signals(aside, GazeFit(REST)) == {**UNKNOWN, "gaze_hint": "left"}
    assert gaze_signals(EyeLook(replace(REST, u=0.2, ear=0.1), 0.9), GazeFit(REST)) == UNKNOWN
    assert gaze_signals(aside, GazeFit()) == UNKNOWN
    assert gaze_signals(aside, None) == UNKNOWN
    assert gaze_signals(None, GazeFit(REST)) == UNKNOWN
