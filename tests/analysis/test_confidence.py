"""Confidence: fitted to verdicts, the same in any order, and no number where there are too few."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import pytest

from analysis.changepoint import Detector, Likelihood
from analysis.confidence import Calibration, CalibrationError, Features, confidence, features_of, fit
from analysis.risk.conditions import Compare
from analysis.risk.log import Record

TRUTH = Calibration(-1.5, 1.2, 0.8, 400, 200)
DETECTOR = Detector(
    "nobody",
    "face_count",
    "quality",
    (Likelihood(Compare("face_count", "==", 0), 2000), Likelihood(Compare("face_count", ">", 0), -1000)),
    0,
    9,
    (3, 2, 1),
)


def judged(number: int, seed: int = 7) -> tuple[list[Features], list[bool]]:
    chance = random.Random(seed)
    features = [Features(chance.uniform(-1, 3), chance.uniform(0, 3)) for _ in range(number)]
    return features, [chance.random() * 100 < confidence(TRUTH, one) for one in features]


def test_the_fit_finds_the_weights_that_made_the_verdicts() -> None:
    found = fit(*judged(4000))
    assert found.intercept == pytest.approx(TRUTH.intercept, abs=0.25)
    assert found.evidence_weight == pytest.approx(TRUTH.evidence_weight, abs=0.2)
    assert found.duration_weight == pytest.approx(TRUTH.duration_weight, abs=0.2)


def test_what_is_predicted_happens_that_often() -> None:
    calibration = fit(*judged(4000))
    features, confirmed = judged(4000, seed=8)
    for low in range(0, 100, 20):
        inside = [
            (confidence(calibration, one), true)
            for one, true in zip(features, confirmed, strict=True)
            if low <= confidence(calibration, one) < low + 20
        ]
        predicted = sum(number for number, _true in inside) / len(inside)
        observed = 100 * sum(true for _number, true in inside) / len(inside)
        assert abs(predicted - observed) < 6, low


def test_the_order_of_the_verdicts_does_not_matter() -> None:
    features, confirmed = judged(200)
    order = list(range(200))
    random.Random(1).shuffle(order)
    shuffled = fit([features[place] for place in order], [confirmed[place] for place in order])
    assert shuffled == fit(features, confirmed)


def test_verdicts_that_separate_stay_finite() -> None:
    features = [Features(3.0 if place % 2 else -3.0, 1.0) for place in range(60)]
    found = fit(features, [place % 2 == 1 for place in range(60)])
    assert all(math.isfinite(weight) for weight in (found.intercept, found.evidence_weight))
    assert (confidence(found, features[1]) > 95, confidence(found, features[0]) < 5) == (True, True)


@pytest.mark.parametrize(("number", "yes"), [(0, 0), (49, 25), (60, 9), (60, 51)])
def test_too_few_verdicts_give_no_number(number: int, yes: int) -> None:
    with pytest.raises(CalibrationError) as refused:
        fit([Features(0.0, 0.0)] * number, [place < yes for place in range(number)])
    assert f"{number} verdicts, {yes} of them confirmed" in str(refused.value)


def test_a_calibration_is_whole_or_none() -> None:
    stored = TRUTH.to_json()
    assert Calibration.from_json(stored) == TRUTH
    for damaged in ({**stored, "intercept": 9}, {"sha256": "0"}, [], None, {**stored, "mood": 1}):
        with pytest.raises(CalibrationError):
            Calibration.from_json(damaged)
    with pytest.raises(CalibrationError):
        Calibration.from_json(replace(TRUTH, version=2).to_json())


def test_what_a_flag_rests_on() -> None:
    records = [
        Record("video", s, s * 1000, values={"face_count": count, "quality": 0.5})
        for s, count in enumerate([1, 0, 0, None, 1, 0])
    ]
    found = features_of(records, DETECTOR, 1000, 4000)
    assert found == Features((1000 + 1000 - 500) / 3 / 1000, math.log(3))
    assert features_of(records, DETECTOR, 3000, 3000) is None
