"""The plain forest scores as scikit-learn does, and a damaged one is refused."""

import json
import random
from typing import Any

import pytest

from analysis.anomaly.forest import Forest, ForestError
from analysis.anomaly.growing import exported, grow

sklearn = pytest.importorskip("sklearn.ensemble", reason="scikit-learn is not installed")


def rows(number: int, width: int, seed: int) -> list[tuple[float, ...]]:
    chance = random.Random(seed)
    return [tuple(chance.gauss(0, 3) for _ in range(width)) for _ in range(number)]


@pytest.mark.parametrize(("number", "width"), [(2000, 12), (60, 28), (2, 3)])
def test_scores_equal_those_of_scikit_learn(number: int, width: int) -> None:
    learnt = rows(number, width, 1)
    learner = sklearn.IsolationForest(n_estimators=50, max_samples=min(256, number), random_state=3).fit(
        learnt
    )
    forest = Forest.from_json(json.loads(json.dumps(exported(learner, width).to_json())))
    asked = [*rows(300, width, 2), *learnt[:100], (0.0,) * width]
    expected = -learner.score_samples(asked)
    worst = max(abs(forest.score(row) - float(known)) for row, known in zip(asked, expected, strict=True))
    assert worst < 1e-9


def test_the_same_rows_in_any_order_give_the_same_forest() -> None:
    learnt = rows(100, 4, 5)
    assert grow(learnt) == grow(learnt[::-1])


def test_what_lies_apart_scores_higher() -> None:
    forest = grow(rows(300, 4, 5))
    assert forest.score((15.0, 15.0, 15.0, 15.0)) > 0.65 > 0.5 > forest.score((0.0, 0.0, 0.0, 0.0))


def leaf() -> dict[str, Any]:
    return {"feature": [-1], "threshold": [0.0], "left": [-1], "right": [-1], "depth": [1.0]}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"feature": [0], "left": [0], "right": [0]}, "leads nowhere"),
        ({"feature": [0], "left": [1], "right": [1]}, "leads nowhere"),
        ({"feature": [2]}, "leads nowhere"),
        ({"depth": []}, "differ in length"),
        ({"feature": "many"}, "no forest"),
    ],
)
def test_a_damaged_forest_is_refused(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ForestError, match=words):
        Forest.from_json({"width": 2, "sample_size": 8, "trees": [{**leaf(), **change}]})


def test_a_row_of_another_width_is_refused() -> None:
    forest = Forest.from_json({"width": 2, "sample_size": 8, "trees": [leaf()]})
    with pytest.raises(ForestError, match="has 2 numbers, not 3"):
        forest.score((0.0, 0.0, 0.0))
