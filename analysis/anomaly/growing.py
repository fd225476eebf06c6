"""Growing an isolation forest: the only place that uses scikit-learn, and only to train."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analysis.anomaly.forest import LEAF, Forest, Tree, expected_depth

TREES = 200
LARGEST_SAMPLE = 256
SEED = 20


class LearnerMissing(RuntimeError):
    """scikit-learn is not installed here; the message says what to do."""


def grow(rows: Sequence[Sequence[float]]) -> Forest:
    """A forest of 200 trees on `rows`; the same rows in any order give the same forest.

    Raises:
        LearnerMissing: scikit-learn is not installed.
    """
    ordered = sorted(tuple(row) for row in rows)
    return exported(_fitted(ordered), len(ordered[0]))


def exported(learner: Any, width: int) -> Forest:
    """The forest of a fitted `sklearn.ensemble.IsolationForest`."""
    trees = tuple(_exported_tree(estimator.tree_) for estimator in learner.estimators_)
    return Forest(trees, width, int(learner.max_samples_))


def _fitted(rows: Sequence[Sequence[float]]) -> Any:
    try:
        from sklearn.ensemble import IsolationForest
    except ImportError:
        words = "training needs scikit-learn: install the analysis set (requirements/analysis.txt)"
        raise LearnerMissing(words) from None
    sample = min(LARGEST_SAMPLE, len(rows))
    return IsolationForest(n_estimators=TREES, max_samples=sample, random_state=SEED, n_jobs=1).fit(rows)


def _exported_tree(tree: Any) -> Tree:
    left, right = tree.children_left.tolist(), tree.children_right.tolist()
    is_leaf = [child == -1 for child in left]
    depth = [0] * len(left)
    for node in range(len(left)):
        if not is_leaf[node]:
            depth[left[node]] = depth[right[node]] = depth[node] + 1
    samples = tree.n_node_samples.tolist()
    return Tree(
        tuple(LEAF if leaf else f for leaf, f in zip(is_leaf, tree.feature.tolist(), strict=True)),
        tuple(0.0 if leaf else t for leaf, t in zip(is_leaf, tree.threshold.tolist(), strict=True)),
        tuple(left),
        tuple(right),
        tuple(
            depth[node] + expected_depth(samples[node]) if is_leaf[node] else 0.0 for node in range(len(left))
        ),
    )
