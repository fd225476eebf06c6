"""Crops: where their pixels come from, and where what is found in them lies."""

import numpy as np
import pytest

from analysis.detectors.base import FoundFace
from analysis.detectors.crops import Crop
from analysis.observations import Box


def test_a_face_is_cut_level_with_its_eyes_and_with_a_margin() -> None:
    level = Crop.of_face(FoundFace(Box(100.0, 100.0, 80.0, 60.0), 0.9, ((120.0, 120.0), (160.0, 120.0))))
    leaning = Crop.of_face(FoundFace(Box(100.0, 100.0, 80.0, 60.0), 0.9, ((120.0, 110.0), (150.0, 140.0))))
    assert level == Crop(140.0, 130.0, 120.0, 0.0)
    assert leaning.angle == pytest.approx(np.pi / 4)


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("angle", [0.0, 0.5, -1.2])
def test_a_spot_of_the_frame_is_found_again_through_the_crop(angle: float, mirrored: bool) -> None:
    image = np.zeros((240, 320, 3), np.uint8)
    image[98:103, 148:153] = 255
    crop = Crop(160.0, 110.0, 96.0, angle, mirrored)
    cut = crop.picture(image, 192)
    rows, columns = np.nonzero(cut[..., 0] > 128)
    spot = crop.place(np.array([[columns.mean(), rows.mean()]]), 192)
    assert spot[0] == pytest.approx((150.0, 100.0), abs=0.6)


def test_a_mirrored_crop_is_the_mirror_of_the_plain_one() -> None:
    image = np.random.default_rng(4).integers(0, 255, (240, 320, 3)).astype(np.uint8)
    plain = Crop(160.0, 120.0, 64.0, 0.0).picture(image, 64)
    mirrored = Crop(160.0, 120.0, 64.0, 0.0, mirrored=True).picture(image, 64)
    assert (mirrored[:, 1:] == plain[:, :0:-1]).all()


def test_beyond_the_frame_its_border_goes_on() -> None:
    image = np.full((240, 320, 3), 77, np.uint8)
    assert (Crop(0.0, 0.0, 200.0, 0.3).picture(image, 64) == 77).all()


def test_an_eye_is_cut_around_its_corners() -> None:
    crop = Crop.of_eye(np.array([100.0, 50.0]), np.array([130.0, 50.0]), mirrored=True)
    assert crop == Crop(115.0, 50.0, pytest.approx(69.0), 0.0, True)
