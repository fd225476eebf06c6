"""Confidence: fitted to verdicts, the same in any order, and no number where there are too few."""

from __future__ import annotations

import json
import math
import random
import sys
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.anomaly.growing import LearnerMissing
from analysis.changepoint import Detector, Likelihood
from analysis.confidence import (
    Calibration,
    CalibrationError,
    Curve,
    Features,
    Judged,
    brier_score,
    calibration_error,
    confidence,
    features_of,
    fit,
)
from analysis.isotonic import isotonic
from analysis.risk.conditions import Compare
from analysis.risk.log import Record

TRUTH = Curve(-1.5, 1.2, 0.8, 400, 200)
DETECTOR = Detector(
    "nobody",
    "face_count",
    "quality",
    (Likelihood(Compare("face_count", "==", 0), 2000), Likelihood(Compare("face_count", ">", 0), -1000)),
    0,
    9,
    (3, 2, 1),
)
SHARES = st.floats(0, 1, allow_nan=False)


def judged(number: int, seed: int = 7, rule: str = "NO_FACE") -> list[Judged]:
    chance = random.Random(seed)
    features = [Features(chance.uniform(-1, 3), chance.uniform(0, 3)) for _ in range(number)]
    return [Judged(one, chance.random() < TRUTH.probability(one), rule) for one in features]


def drawn(number: int, yes: int) -> list[Judged]:
    return [Judged(Features(0.0, 0.0), place < yes, "NO_FACE") for place in range(number)]


def test_the_fit_finds_the_weights_that_made_the_verdicts() -> None:
    found = fit(judged(500)).whole
    assert (found.method, found.verdicts) == ("logistic", 500)
    assert found.intercept == pytest.approx(TRUTH.intercept, abs=0.5)
    assert found.evidence_weight == pytest.approx(TRUTH.evidence_weight, abs=0.4)
    assert found.duration_weight == pytest.approx(TRUTH.duration_weight, abs=0.4)


@pytest.mark.parametrize("number", [500, 4000])
def test_what_is_predicted_happens_that_often(number: int) -> None:
    calibration = fit(judged(number))
    fresh = judged(4000, seed=8)
    for low in range(0, 100, 20):
        chances = [(confidence(calibration, "NO_FACE", one.features), one.confirmed) for one in fresh]
        inside = [(number, true) for number, true in chances if low <= number < low + 20]
        predicted = sum(number for number, _true in inside) / len(inside)
        observed = 100 * sum(true for _number, true in inside) / len(inside)
        assert abs(predicted - observed) < 9, low


def test_the_errors_are_of_verdicts_that_were_left_out() -> None:
    for number, method in ((400, "logistic"), (2000, "isotonic")):
        whole = fit(judged(number)).whole
        assert whole.method == method
        assert 0.05 < whole.brier < 0.2
        assert whole.ece < 0.08
    guessed = [replace(one, confirmed=place % 2 == 0) for place, one in enumerate(judged(400))]
    assert fit(guessed).whole.brier == pytest.approx(0.25, abs=0.02)


def test_a_rule_with_enough_verdicts_has_its_own_curve() -> None:
    rare = [replace(one, confirmed=not one.confirmed, rule="SPEECH") for one in judged(60, seed=9)]
    calibration = fit([*judged(200), *rare, *judged(49, seed=10, rule="PHONE")])
    assert set(calibration.rules) == {"NO_FACE", "SPEECH"}
    assert calibration.rules["SPEECH"].verdicts == 60
    clear = Features(3.0, 3.0)
    assert confidence(calibration, "SPEECH", clear) < 50 < confidence(calibration, "NO_FACE", clear)
    assert confidence(calibration, "PHONE", clear) == round(100 * calibration.whole.probability(clear))


@pytest.mark.parametrize("number", [200, 700])
def test_the_order_of_the_verdicts_does_not_matter(number: int) -> None:
    known = judged(number)
    shuffled = list(known)
    random.Random(1).shuffle(shuffled)
    assert fit(shuffled) == fit(known)


def test_verdicts_that_separate_stay_finite() -> None:
    known = [Judged(Features(3.0 if place % 2 else -3.0, 1.0), place % 2 == 1, "A") for place in range(60)]
    found = fit(known)
    assert all(math.isfinite(weight) for weight in (found.whole.intercept, found.whole.evidence_weight))
    assert confidence(found, "A", Features(3.0, 1.0)) > 95
    assert confidence(found, "A", Features(-3.0, 1.0)) < 5


@pytest.mark.parametrize(("number", "yes"), [(0, 0), (49, 25), (60, 9), (60, 51)])
def test_too_few_verdicts_give_no_number(number: int, yes: int) -> None:
    with pytest.raises(CalibrationError) as refused:
        fit(drawn(number, yes))
    assert f"{number} verdicts, {yes} of them confirmed" in str(refused.value)


def test_many_verdicts_need_the_learner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.isotonic", None)
    assert fit(judged(500)).whole.method == "logistic"
    with pytest.raises(LearnerMissing, match="install the analysis set"):
        fit(judged(501))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(SHARES, st.booleans()), min_size=2, max_size=60), st.randoms(use_true_random=False))
def test_an_isotonic_curve_never_falls_and_does_not_know_the_order(
    pairs: list[tuple[float, bool]], chance: random.Random
) -> None:
    points = isotonic([one for one, _true in pairs], [true for _one, true in pairs])
    assert points == tuple(sorted(points))
    assert all(left[0] < right[0] for left, right in pairwise(points))
    assert all(left[1] <= right[1] for left, right in pairwise(points))
    assert all(0 <= y <= 1 for _x, y in points)
    again = list(pairs)
    chance.shuffle(again)
    assert isotonic([one for one, _true in again], [true for _one, true in again]) == points


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(SHARES, st.booleans()), min_size=2, max_size=60), st.floats(-3, 5), st.floats(0, 4))
def test_more_evidence_is_never_less_sure_and_json_keeps_it_all(
    pairs: list[tuple[float, bool]], evidence: float, more: float
) -> None:
    points = isotonic([one for one, _true in pairs], [true for _one, true in pairs])
    calibration = Calibration(TRUTH, {"SPEECH": replace(TRUTH, points=points)})
    less, greater = Features(evidence, 1.0), Features(evidence + more, 1.0)
    for rule in ("SPEECH", "OTHER"):
        assert 0 <= confidence(calibration, rule, less) <= confidence(calibration, rule, greater) <= 100
    assert Calibration.from_json(json.loads(json.dumps(calibration.to_json()))) == calibration


def test_the_two_errors() -> None:
    assert brier_score([1.0, 0.0, 0.5], [True, True, False]) == pytest.approx((0 + 1 + 0.25) / 3)
    assert calibration_error([0.05, 0.05, 0.95, 1.0], [False, True, True, True]) == pytest.approx(0.2375)


def test_a_calibration_is_whole_or_none() -> None:
    made = Calibration(TRUTH, {"SPEECH": replace(TRUTH, points=((0.1, 0.0), (0.9, 1.0)))})
    stored = made.to_json()
    assert Calibration.from_json(json.loads(json.dumps(stored))) == made
    damaged: tuple[object, ...] = (
        {**stored, "whole": {**asked(stored), "intercept": 9}},
        {"sha256": "0"},
        [],
        None,
        {**stored, "mood": 1},
        {**stored, "whole": {}},
    )
    for one in damaged:
        with pytest.raises(CalibrationError):
            Calibration.from_json(one)
    with pytest.raises(CalibrationError):
        Calibration.from_json(replace(made, version=1).to_json())


def asked(stored: dict[str, object]) -> dict[str, object]:
    whole = stored["whole"]
    assert isinstance(whole, dict)
    return whole


def test_what_a_flag_rests_on() -> None:
    records = [
        Record("video", s, s * 1000, values={"face_count": count, "quality": 0.5})
        for s, count in enumerate([1, 0, 0, None, 1, 0])
    ]
    found = features_of(records, DETECTOR, 1000, 4000)
    assert found == Features((1000 + 1000 - 500) / 3 / 1000, math.log(3))
    assert features_of(records, DETECTOR, 3000, 3000) is None
