"""Head pose on canonical faces turned by known angles."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import geometry
from analysis.geometry import Angles
from tests.analysis.faces import landmarks

ANGLES = st.tuples(st.floats(-80, 80), st.floats(-60, 60), st.floats(-60, 60))


def as_tuple(found: Angles) -> tuple[float, float, float]:
    return found.yaw_deg, found.pitch_deg, found.roll_deg


def test_canonical_face_has_33_centred_points_with_weights_of_one() -> None:
    model = geometry.canonical_face()
    assert model.points_cm.shape == (33, 3)
    assert model.weights.sum() == pytest.approx(1.0)
    assert np.abs(model.weights @ model.points_cm).max() < 1e-9


@given(ANGLES, st.floats(1.0, 40.0))
def test_known_angles_are_found_again_at_any_size(turned: tuple[float, float, float], scale: float) -> None:
    rotation = geometry.head_rotation(landmarks(*turned, scale=scale))
    assert rotation is not None
    assert as_tuple(geometry.angles(rotation)) == pytest.approx(turned, abs=1e-6)


@pytest.mark.parametrize("shift_px", [(240.0, 0.0, 0.0), (0.0, -180.0, 0.0), (100.0, 100.0, 50.0)])
def test_pose_does_not_change_when_the_face_is_elsewhere(shift_px: tuple[float, float, float]) -> None:
    moved = geometry.head_rotation(landmarks(12.0, -8.0, 5.0) + shift_px)
    assert moved is not None
    assert as_tuple(geometry.angles(moved)) == pytest.approx((12.0, -8.0, 5.0), abs=1e-6)


def test_a_nose_to_the_right_of_the_picture_is_a_turn_to_the_own_left() -> None:
    turned = landmarks(30.0, 0.0, 0.0)
    raised = landmarks(0.0, 20.0, 0.0)
    leaning = landmarks(0.0, 0.0, 20.0)
    nose, right_eye, left_eye = 4, 33, 263
    assert turned[nose, 0] > (turned[right_eye, 0] + turned[left_eye, 0]) / 2 + 5
    assert raised[nose, 1] < landmarks(0.0, 0.0, 0.0)[nose, 1] - 5
    # The person's left shoulder is at the right of the picture: that eye sinks.
    assert leaning[left_eye, 1] > leaning[right_eye, 1] + 5


@given(ANGLES)
def test_a_pose_relative_to_itself_is_neutral(turned: tuple[float, float, float]) -> None:
    rotation = geometry.rotation_of(*turned)
    relative = geometry.relative_to(rotation, rotation)
    assert as_tuple(geometry.angles(relative)) == pytest.approx((0.0, 0.0, 0.0), abs=1e-6)
    assert geometry.relative_to(rotation, geometry.NEUTRAL) == pytest.approx(rotation)


def test_a_turn_counts_from_the_neutral_pose() -> None:
    neutral, now = geometry.rotation_of(-10.0, 0.0, 0.0), geometry.rotation_of(20.0, 0.0, 0.0)
    assert as_tuple(geometry.angles(geometry.relative_to(now, neutral))) == pytest.approx((30.0, 0.0, 0.0))


def test_noise_of_most_of_a_pixel_costs_less_than_two_degrees() -> None:
    random = np.random.default_rng(2)
    errors = []
    for _ in range(50):
        noisy = landmarks(15.0, -5.0, 3.0) + random.normal(0.0, 0.7, (468, 3))
        rotation = geometry.head_rotation(noisy)
        assert rotation is not None
        errors.append(np.abs(np.subtract(as_tuple(geometry.angles(rotation)), (15.0, -5.0, 3.0))))
    assert np.median(errors, axis=0).max() < 2.0


@pytest.mark.parametrize("points", [np.zeros((468, 3)), np.full((468, 3), np.nan)])
def test_landmarks_on_one_spot_have_no_pose(points: np.ndarray) -> None:
    assert geometry.head_rotation(points) is None


def test_the_middle_of_rotations_withstands_an_outlier() -> None:
    middle = geometry.mean_rotation(
        [geometry.rotation_of(yaw, 1.0, 2.0) for yaw in (4.0, 5.0, 6.0, 5.0, 70.0)]
    )
    assert as_tuple(geometry.angles(middle)) == pytest.approx((5.0, 1.0, 2.0))
    with pytest.raises(ValueError, match="at least one"):
        geometry.mean_rotation([])
