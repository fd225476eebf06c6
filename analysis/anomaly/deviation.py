"""How far a block lies from the candidate's own beginning and from the others, in robust deviations.

z = (value - median) / max(1.4826 MAD, least spread), within -100..100; Iglewicz and Hoaglin (1993). The
factor makes the MAD of a normal distribution its standard deviation.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.anomaly.blocks import FEATURES, MINUTE_MS, Block, Feature, blocks
from analysis.risk.log import Record

OWN_BEGINNING_MS = 600_000
LEAST_BLOCKS = 5
"""A median of fewer values is nobody's normal."""
MAD_TO_DEVIATION = 1.4826
FARTHEST = 100.0


@dataclass(frozen=True, slots=True)
class Normal:
    """What is usual for one feature, in its unit."""

    median: float
    mad: float


Normals = tuple[Normal | None, ...]
"""In the order of `FEATURES`; `None` where too little is known."""


@dataclass(frozen=True, slots=True)
class Deviations:
    """Of one block, in the order of `FEATURES`; `None` where either side is unknown."""

    own: tuple[float | None, ...]
    others: tuple[float | None, ...]

    @property
    def row(self) -> tuple[float, ...]:
        """What the forest reads: own, then others; unknown counts as nothing unusual."""
        return tuple(z or 0.0 for z in (*self.own, *self.others))

    @property
    def farthest(self) -> tuple[float, ...]:
        """How far each feature lies from own or others, whichever is farther; 0 where unknown."""
        both = zip(self.own, self.others, strict=True)
        return tuple(max(abs(own or 0.0), abs(others or 0.0)) for own, others in both)


def own_beginning(records: Sequence[Record], duration_ms: int) -> Normals:
    """The candidate's own normal: the single minutes of the first ten."""
    first = [record for record in records if record.t_ms < OWN_BEGINNING_MS]
    return normals(blocks(first, min(duration_ms, OWN_BEGINNING_MS), MINUTE_MS))


def normals(of: Sequence[Block]) -> Normals:
    """The median and the median absolute deviation of every feature."""
    return tuple(_normal([block.values[place] for block in of]) for place in range(len(FEATURES)))


def deviations(block: Block, own: Normals, others: Normals) -> Deviations:
    def all_from(normal: Normals) -> tuple[float | None, ...]:
        known = zip(block.values, normal, FEATURES, strict=True)
        return tuple(robust_z(value, usual, feature) for value, usual, feature in known)

    return Deviations(all_from(own), all_from(others))


def robust_z(value: float | None, normal: Normal | None, feature: Feature) -> float | None:
    """Deviations of `value` from `normal`; 0 below it where only more than usual is unusual."""
    if value is None or normal is None:
        return None
    z = (value - normal.median) / max(MAD_TO_DEVIATION * normal.mad, feature.least_spread)
    return min(max(z, -FARTHEST if feature.both_ways else 0.0), FARTHEST)


def _normal(values: Sequence[float | None]) -> Normal | None:
    known = [value for value in values if value is not None]
    if len(known) < LEAST_BLOCKS:
        return None
    median = statistics.median(known)
    return Normal(median, statistics.median(abs(value - median) for value in known))
