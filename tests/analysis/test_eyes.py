"""Eye aspect ratio and closure on drawn eyes."""

import numpy as np
import pytest

from analysis.eyes import LEFT_EYE, RIGHT_EYE, Eyes, eye_closure, measure_eyes, reliable


def drawn(left_opening_px: float, right_opening_px: float, width_px: float = 40.0) -> np.ndarray:
    points = np.zeros((468, 3))
    for ids, x, opening in ((LEFT_EYE, 400.0, left_opening_px), (RIGHT_EYE, 200.0, right_opening_px)):
        third = width_px / 3
        outline = [(0, 0), (third, -1), (2 * third, -1), (width_px, 0), (2 * third, 1), (third, 1)]
        for index, (dx, side) in zip(ids, outline, strict=True):
            points[index] = (x + dx, 100.0 + side * opening / 2, 0.0)
    return points


def test_ratio_is_opening_over_width() -> None:
    eyes = measure_eyes(drawn(12.0, 8.0))
    assert eyes == Eyes(
        left_ear=pytest.approx(0.3), right_ear=pytest.approx(0.2), width_px=pytest.approx(40.0)
    )


@pytest.mark.parametrize(("yaw_deg", "ear"), [(0.0, 0.25), (20.0, 0.25), (25.0, 0.2), (-25.0, 0.3)])
def test_a_turned_head_is_judged_by_its_nearer_eye(yaw_deg: float, ear: float) -> None:
    assert measure_eyes(drawn(12.0, 8.0)).ear(yaw_deg) == pytest.approx(ear)


@pytest.mark.parametrize(
    ("ear", "closure"), [(0.3, 0.0), (0.4, 0.0), (0.105, 1.0), (0.0, 1.0), (0.2025, 0.5)]
)
def test_closure_is_relative_to_the_own_open_eye(ear: float, closure: float) -> None:
    assert eye_closure(ear, 0.3) == pytest.approx(closure)


def test_a_narrow_open_eye_is_open() -> None:
    assert eye_closure(0.17, 0.18) < 0.1


def test_closure_needs_an_open_eye() -> None:
    with pytest.raises(ValueError, match="above zero"):
        eye_closure(0.2, 0.0)


@pytest.mark.parametrize(
    ("width_px", "yaw_deg", "pitch_deg", "expected"),
    [(20.0, 0.0, 0.0, True), (8.0, 0.0, 0.0, False), (20.0, 41.0, 0.0, False), (20.0, 0.0, -16.0, False)],
)
def test_small_turned_or_lowered_eyes_are_not_judged(
    width_px: float, yaw_deg: float, pitch_deg: float, expected: bool
) -> None:
    assert reliable(Eyes(0.3, 0.3, width_px), yaw_deg, pitch_deg) is expected


def test_an_eye_without_width_has_ratio_zero() -> None:
    assert measure_eyes(np.zeros((468, 3))) == Eyes(0.0, 0.0, 0.0)
