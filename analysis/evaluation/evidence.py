"""How much one look tells: log-likelihood ratios of a policy's evidence, counted on labelled files.

For each row of a detector's table, ln P(row | it happens) / P(row | it does not), by Jeffreys' half counts,
then halved, since neighbouring looks show the same scene. What no labelled file shows stays an assumption and
says so.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from analysis.changepoint import Detector
from analysis.risk.conditions import Scalar, evaluate

PRIOR = 0.5
TEMPER = 0.5
STEP_MILLI = 10
"""Ratios are told to a hundredth of a nat: the samples hold no more."""
LEAST_LOOKS = 5
"""Fewer looks of either kind are no measurement."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The signals of one look, and whether what the detector waits for was there."""

    happens: bool
    values: Mapping[str, Scalar]


@dataclass(frozen=True, slots=True)
class Counted:
    """One row: how many looks fitted it while it happened and while it did not."""

    happens: int
    otherwise: int
    llr_milli: int


@dataclass(frozen=True, slots=True)
class Measured:
    """A detector's table as the files give it; `looks` of either kind, without those that fit no row."""

    name: str
    rows: tuple[Counted, ...]
    looks_happens: int
    looks_otherwise: int

    @property
    def enough(self) -> bool:
        return min(self.looks_happens, self.looks_otherwise) >= LEAST_LOOKS


def measure(detector: Detector, samples: Iterable[Sample]) -> Measured:
    """The rows of a detector's table on these looks; a look counts for the first row that fits."""
    counts = [[0, 0] for _ in detector.table]
    for sample in samples:
        place = _row_of(detector, sample.values)
        if place is not None:
            counts[place][sample.happens] += 1
    happens, otherwise = sum(yes for _no, yes in counts), sum(no for no, _yes in counts)
    rows = tuple(
        Counted(yes, no, ratio_milli(yes, happens, no, otherwise, len(counts))) for no, yes in counts
    )
    return Measured(detector.name, rows, happens, otherwise)


def ratio_milli(happens: int, of_happens: int, otherwise: int, of_otherwise: int, rows: int) -> int:
    """The tempered log-likelihood ratio, in thousandths of a nat, of a row among `rows`."""
    chance = (happens + PRIOR) / (of_happens + PRIOR * rows)
    usual = (otherwise + PRIOR) / (of_otherwise + PRIOR * rows)
    return STEP_MILLI * round(TEMPER * 1000 * math.log(chance / usual) / STEP_MILLI)


def _row_of(detector: Detector, values: Mapping[str, Scalar]) -> int | None:
    return next((place for place, row in enumerate(detector.table) if evaluate(row.when, values)), None)


def told(detectors: Sequence[Detector], measured: Mapping[str, Measured]) -> dict[str, dict[str, object]]:
    """By detector, as JSON: what was measured, or that its ratios are assumed."""
    return {one.name: _told(one, measured.get(one.name)) for one in detectors}


def _told(detector: Detector, measured: Measured | None) -> dict[str, object]:
    if measured is None or not measured.enough:
        return {"basis": "assumed", "llr_milli": [row.llr_milli for row in detector.table]}
    return {
        "basis": "measured",
        "llr_milli": [row.llr_milli for row in measured.rows],
        "happens": [[row.happens, measured.looks_happens] for row in measured.rows],
        "otherwise": [[row.otherwise, measured.looks_otherwise] for row in measured.rows],
    }
