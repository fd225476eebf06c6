"""Change points: how much evidence a signal gives that something has begun (CUSUM of log-likelihood ratios).

S = max(0, S + seconds * (weight * llr - drift)), in integer thousandths of a nat. `llr` is ln P(value | it
happens) / P(value | it does not), for one second of that value: neighbouring frames show the same scene, so
evidence counts by time and not by frame. `weight` is the picture's quality; unknown values change nothing.
Page, Continuous inspection schemes, Biometrika 41 (1954), 100-115. The constants of the default policy, and
what they were fitted on, are in docs/decisions/0003-evidence-before-flags.md.

The alarm is on from the limit until nothing is left. No clock, no chance, no floating sums: the same log
gives the same alarms.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.risk.conditions import Condition, Scalar, evaluate, is_number

SENSITIVITIES = ("low", "normal", "high")
FALSE_WARNINGS_PER_H = {"low": 0.3, "normal": 2.0, "high": 4.5}
"""SIMULATION, no data: warnings and critical flags an hour on honest candidates under the default policy."""
LONGEST_STEP_MS = 1000
"""A record speaks for at most this long: nothing is known about a pause between two frames."""


@dataclass(frozen=True, slots=True)
class Likelihood:
    """The log-likelihood ratio, in thousandths of a nat a second, of values for which `when` is true."""

    when: Condition
    llr_milli: int


@dataclass(frozen=True, slots=True)
class Detector:
    """Evidence for `name` from records with `signal`; the first of `table` that fits counts, none is unknown.

    A row may also look at other signals of the same record. `quality` names a signal from 0 to 1 that weighs
    the evidence; absent or unknown it weighs 1. `limits_milli` are the limits at low, normal and high
    sensitivity. `ceiling_milli` bounds what is left to wear off when it is over.
    """

    name: str
    signal: str
    quality: str | None
    table: tuple[Likelihood, ...]
    drift_milli: int
    ceiling_milli: int
    limits_milli: tuple[int, int, int]

    def limit_milli(self, sensitivity: str) -> int:
        return self.limits_milli[SENSITIVITIES.index(sensitivity)]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a detector holds: its sum in millinats, whether it alarms, and the last record that spoke."""

    sum_milli: int = 0
    alarm: bool = False
    t_ms: int | None = None


def take(
    evidence: Evidence, detector: Detector, values: Mapping[str, Scalar], t_ms: int, sensitivity: str
) -> Evidence:
    """The evidence after one record of values at `t_ms` (at or after the last)."""
    ratio_milli = likelihood_milli(detector, values)
    if ratio_milli is None:
        return Evidence(evidence.sum_milli, evidence.alarm, t_ms)
    step_ms = LONGEST_STEP_MS if evidence.t_ms is None else min(t_ms - evidence.t_ms, LONGEST_STEP_MS)
    gained = (ratio_milli - detector.drift_milli) * step_ms // 1000
    total = min(max(0, evidence.sum_milli + gained), detector.ceiling_milli)
    alarm = total >= detector.limit_milli(sensitivity) or (evidence.alarm and total > 0)
    return Evidence(total, alarm, t_ms)


def likelihood_milli(detector: Detector, values: Mapping[str, Scalar]) -> int | None:
    """The weighed log-likelihood ratio of one record, in millinats a second; None where it is unknown."""
    for row in detector.table:
        if evaluate(row.when, values):
            return row.llr_milli * _weight_milli(detector, values) // 1000
    return None


def _weight_milli(detector: Detector, values: Mapping[str, Scalar]) -> int:
    quality = values.get(detector.quality) if detector.quality is not None else None
    if quality is None or not is_number(quality):
        return 1000
    assert isinstance(quality, (int, float))
    return min(max(round(quality * 1000), 0), 1000)
