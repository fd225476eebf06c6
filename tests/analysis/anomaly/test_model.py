"""Training on simulated sittings: what stands out comes first and says why; a changed file is refused."""

import json
from dataclasses import replace
from typing import Any

import pytest

from analysis.anomaly.model import EVERYBODY, AnomalyError, AnomalyModel, judge, sitting, train
from tests.analysis.anomaly.simulated import DURATION_MS, odd_records, quiet_records, quiet_sittings

pytest.importorskip("sklearn.ensemble", reason="scikit-learn is not installed")


@pytest.fixture(scope="module")
def model() -> AnomalyModel:
    return train(quiet_sittings(24))


def test_the_odd_sitting_is_above_all_and_explains_itself(model: AnomalyModel) -> None:
    found = judge(model, sitting(odd_records(50), DURATION_MS, "logic"))
    assert found is not None
    assert found.above_share == 1.0
    assert all(900_000 <= reason.start_ms < reason.end_ms <= DURATION_MS for reason in found.reasons)
    reasons = {reason.feature: reason for reason in found.reasons}
    assert set(reasons) >= {"away_rate", "clipboard_rate"}
    assert len(found.reasons) <= 5
    assert reasons["away_rate"].words.startswith("Turns of the head away: ")
    assert "; in the first ten minutes " in reasons["away_rate"].words


def test_a_quiet_sitting_lies_among_the_others(model: AnomalyModel) -> None:
    found = [judge(model, sitting(quiet_records(seed), DURATION_MS, "logic")) for seed in range(100, 110)]
    odd = judge(model, sitting(odd_records(50), DURATION_MS, "logic"))
    assert odd is not None
    assert max(one.score for one in found if one) < odd.score
    assert sum(len(one.reasons) for one in found if one) <= 4


def test_a_sitting_that_could_not_be_seen_gives_no_reason(model: AnomalyModel) -> None:
    found = judge(model, sitting([], DURATION_MS, "logic"))
    assert found is not None
    assert found.reasons == ()


def test_a_sitting_without_a_block_is_not_judged(model: AnomalyModel) -> None:
    assert judge(model, sitting(quiet_records(1)[:20], 40_000, "logic")) is None


def test_an_exam_with_few_sittings_is_compared_with_everybody() -> None:
    few = [replace(one, exam="small") for one in quiet_sittings(28)[19:]]
    cohorts = train([*quiet_sittings(19), *few]).cohorts
    assert set(cohorts) == {EVERYBODY, "logic"}


def test_too_few_are_said_in_words() -> None:
    with pytest.raises(
        AnomalyError, match="19 sessions with 114 blocks of five minutes; at least 20 sessions"
    ):
        train(quiet_sittings(19))


def test_the_order_of_training_changes_nothing(model: AnomalyModel) -> None:
    assert train(quiet_sittings(24)[::-1]).sha256 == model.sha256


def test_the_model_survives_its_json(model: AnomalyModel) -> None:
    assert AnomalyModel.from_json(json.loads(json.dumps(model.to_json()))) == model


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"blocks": 1}, "was changed"),
        ({"version": 99}, "another version"),
        ({"features": ["away_share"]}, "another version"),
        ({"forest": {"trees": []}}, "no model"),
        ({"cohorts": None}, "no model"),
    ],
)
def test_a_changed_model_is_refused(model: AnomalyModel, change: dict[str, Any], words: str) -> None:
    with pytest.raises(AnomalyError, match=words):
        AnomalyModel.from_json({**model.to_json(), **change})
    with pytest.raises(AnomalyError, match="no model"):
        AnomalyModel.from_json([])
