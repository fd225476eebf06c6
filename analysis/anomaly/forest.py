"""An isolation forest as plain numbers, scored without a library; Liu, Ting and Zhou (2008).

score = 2 ** -(mean depth / c(sample size)), 0..1: what few cuts set apart comes near 1. It is the
`-score_samples` of scikit-learn, to 1e-9. A row is rounded to float32 first, because that is how scikit-learn
compares it with a threshold.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

LEAF = -1


class ForestError(ValueError):
    """A stored forest that is not whole; the message says so in words."""


@dataclass(frozen=True, slots=True)
class Tree:
    """Nodes by number, the root first. `feature` is -1 at a leaf; `depth` holds there for the way down to it
    and the expected rest; elsewhere it is 0."""

    feature: tuple[int, ...]
    threshold: tuple[float, ...]
    left: tuple[int, ...]
    right: tuple[int, ...]
    depth: tuple[float, ...]

    def depth_of(self, row: Sequence[float]) -> float:
        node = 0
        while self.feature[node] != LEAF:
            is_left = row[self.feature[node]] <= self.threshold[node]
            node = self.left[node] if is_left else self.right[node]
        return self.depth[node]


@dataclass(frozen=True, slots=True)
class Forest:
    """`width` numbers make a row; every tree grew on `sample_size` rows."""

    trees: tuple[Tree, ...]
    width: int
    sample_size: int

    def score(self, row: Sequence[float]) -> float:
        """0..1 for a row of `width` numbers, higher for what is less like the rest."""
        if len(row) != self.width:
            raise ForestError(f"a row of this forest has {self.width} numbers, not {len(row)}")
        single = struct.unpack(f"<{self.width}f", struct.pack(f"<{self.width}f", *row))
        mean = sum(tree.depth_of(single) for tree in self.trees) / len(self.trees)
        return float(2.0 ** -(mean / expected_depth(self.sample_size)))

    def to_json(self) -> dict[str, Any]:
        trees = [
            {
                "feature": list(tree.feature),
                "threshold": list(tree.threshold),
                "left": list(tree.left),
                "right": list(tree.right),
                "depth": list(tree.depth),
            }
            for tree in self.trees
        ]
        return {"width": self.width, "sample_size": self.sample_size, "trees": trees}

    @classmethod
    def from_json(cls, value: Any) -> Forest:
        """The forest of `to_json`.

        Raises:
            ForestError: for anything that could not be walked from the root to a leaf.
        """
        try:
            trees = tuple(_tree(part, value["width"]) for part in value["trees"])
            forest = cls(trees, int(value["width"]), int(value["sample_size"]))
        except (KeyError, TypeError, ValueError) as error:
            raise ForestError(f"this is no forest ({error})") from None
        if not forest.trees or forest.sample_size < 2:
            raise ForestError("this is no forest (no tree, or grown on nothing)")
        return forest


def expected_depth(rows: int) -> float:
    """c(n): the mean depth of an unsuccessful search in a tree of `rows` rows."""
    if rows < 2:
        return 0.0
    if rows == 2:
        return 1.0
    return 2.0 * (math.log(rows - 1.0) + 0.5772156649015329) - 2.0 * (rows - 1.0) / rows


def _tree(part: Any, width: int) -> Tree:
    tree = Tree(
        tuple(int(number) for number in part["feature"]),
        tuple(float(number) for number in part["threshold"]),
        tuple(int(number) for number in part["left"]),
        tuple(int(number) for number in part["right"]),
        tuple(float(number) for number in part["depth"]),
    )
    nodes = len(tree.feature)
    if not nodes or {len(tree.threshold), len(tree.left), len(tree.right), len(tree.depth)} != {nodes}:
        raise ForestError("the columns of a tree differ in length")
    for node, feature in enumerate(tree.feature):
        # Children come after their parent, so that every walk ends.
        is_branch = (
            0 <= feature < width and node < tree.left[node] < nodes and node < tree.right[node] < nodes
        )
        if feature != LEAF and not is_branch:
            raise ForestError(f"node {node} of a tree leads nowhere")
    return tree
