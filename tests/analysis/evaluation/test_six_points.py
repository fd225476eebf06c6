"""The six-point recipe: nearly right in front, a multiple of the truth when turned a little."""

import numpy as np
import pytest

from analysis.evaluation.six_points import GENERIC_HEAD, LANDMARKS, six_point_yaw
from analysis.geometry import rotation_of


def projected(yaw_deg: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """The generic head itself, turned, before a camera as wide as the picture."""
    turn = np.array(rotation_of(yaw_deg, 0.0, 0.0)).reshape(3, 3)
    placed = GENERIC_HEAD @ turn.T * (1.0, -1.0, -1.0) + (0.0, 0.0, 3000.0)
    landmarks = np.zeros((468, 3))
    landmarks[list(LANDMARKS), :2] = placed[:, :2] / placed[:, 2:] * 640 + (320.0, 240.0)
    return landmarks


@pytest.mark.parametrize("yaw_deg", [-40.0, -10.0, 0.0, 25.0])
def test_its_own_head_is_read_right(yaw_deg: float) -> None:
    assert six_point_yaw(projected(yaw_deg), 640, 480) == pytest.approx(abs(yaw_deg), abs=0.5)


def test_points_that_are_none_fit_no_pose() -> None:
    assert six_point_yaw(np.full((468, 3), np.nan), 640, 480) is None
