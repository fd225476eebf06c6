"""Camera health on pictures made to be dark, blown, covered, flat or good."""

import cv2
import numpy as np
import pytest

from analysis.camera import camera_health
from analysis.half_size import half_size
from tests.analysis.jpegs import scene

SCENE = np.asarray(scene(640, 480))[:, :, ::-1].copy()


def flat(grey: int, grain: int = 0) -> np.ndarray:
    noise = np.random.default_rng(1).integers(-grain, grain + 1, (480, 640, 1)) if grain else 0
    return np.clip(np.full((480, 640, 3), grey) + noise, 0, 255).astype(np.uint8)


def smooth(low: int, high: int) -> np.ndarray:
    row = np.linspace(low, high, 640)
    return np.repeat(np.tile(row, (480, 1))[..., None], 3, axis=2).astype(np.uint8)


@pytest.mark.parametrize(
    ("image", "state", "blocked"),
    [
        (SCENE, "ok", False),
        (flat(3), "dark", True),
        (flat(30, grain=4), "dark", True),
        ((SCENE * 0.1).astype(np.uint8), "dark", True),
        (flat(250), "blown", False),
        (flat(120), "covered", True),
        (smooth(90, 110), "covered", True),
        (smooth(80, 130), "low_contrast", False),
    ],
)
def test_states(image: np.ndarray, state: str, blocked: bool) -> None:
    health = camera_health(image)
    assert (health.state, health.blocked) == (state, blocked)


def test_measures_are_grey_levels_and_quality_is_a_share() -> None:
    health = camera_health(flat(120))
    assert (health.luma, health.contrast, health.sharpness) == pytest.approx((120.0, 0.0, 0.0))
    assert health.quality == 0.0
    assert camera_health(SCENE).quality == 1.0


def test_blur_counts_only_against_the_own_baseline() -> None:
    sharp = camera_health(SCENE)
    blurred = cv2.GaussianBlur(SCENE, (0, 0), 24)
    assert camera_health(blurred).quality > 0.9
    assert camera_health(blurred, sharp.sharpness).quality < 0.3
    assert camera_health(SCENE, sharp.sharpness).quality == 1.0


def test_a_half_that_was_made_already_gives_the_same_answer() -> None:
    assert camera_health(SCENE, 5000.0, half_size(SCENE)) == camera_health(SCENE, 5000.0)
