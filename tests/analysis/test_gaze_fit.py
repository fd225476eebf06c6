"""A fit is kept as JSON and comes back whole; a damaged one is refused in words."""

import json
from typing import Any

import numpy as np
import pytest

from analysis.gaze import EyeFeatures, calibrate, look_at
from analysis.gaze_fit import GazeFit, median_look
from tests.analysis.test_gaze import NINE, eyes_at, points

REST = EyeFeatures(0.02, -0.05, 1.0, -2.0, 0.5, 0.3)


def test_a_fit_comes_back_from_json() -> None:
    calibration, rng = calibrate(points(NINE)), np.random.default_rng(9)
    stored = json.loads(json.dumps(GazeFit(REST, calibration).to_json()))
    back = GazeFit.from_json(stored)
    assert back.rest == REST
    assert back.calibration is not None
    assert back.calibration.margin_deg == pytest.approx(calibration.margin_deg, abs=1e-2)
    for x, y in [(0, 0), (20, 10), (-45, 0)]:
        eyes = eyes_at(x, y, rng)
        before, after = look_at(eyes, calibration), look_at(eyes, back.calibration)
        assert before.value is not None
        assert after.value is not None
        assert after.value.zone == before.value.zone
        assert after.quality == pytest.approx(before.quality, abs=1e-3)
        assert after.value.x_deg == pytest.approx(before.value.x_deg, abs=0.01)


def test_nothing_known_is_kept_as_nothing() -> None:
    back = GazeFit.from_json(GazeFit().to_json())
    assert (back.rest, back.calibration) == (None, None)


def damaged(**changes: Any) -> dict[str, Any]:
    stored = GazeFit(REST, calibrate(points(NINE))).to_json()
    return {**stored, "calibration": {**stored["calibration"], **changes}}


@pytest.mark.parametrize(
    "stored",
    [
        {},
        {"rest": {"u": 1}, "calibration": None},
        {"rest": [1, 2], "calibration": None},
        {"rest": None, "calibration": {}},
        damaged(weights=[[1, 2]]),
        damaged(centre=[1, 2, 3, 4, 5, float("nan")]),
        damaged(hull_deg=[[0, 0], [1, 1]]),
        damaged(hull_deg=[0, 1]),
        damaged(open_ear=0),
        damaged(miss_deg=float("inf")),
        damaged(head_deg=None),
    ],
)
def test_a_damaged_fit_is_refused(stored: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="no fit of anybody's gaze"):
        GazeFit.from_json(stored)


def test_the_median_look_is_no_blink() -> None:
    blink = EyeFeatures(0.5, 0.5, 0.0, 0.0, 0.0, 0.01)
    assert median_look([REST, blink, REST]) == REST
    assert median_look([]) is None
