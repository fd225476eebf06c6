"""The intervals of at most 30 seconds that the first published system scored, for a log under any policy.

Each interval begins at 0; it is flagged, and a new one begins, once it reaches 10 points. The points are
those of `analysis/policies/seed1.json`; they stand beside a session's own score and never enter it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from analysis.risk.log import Record
from analysis.risk.points import to_points
from analysis.risk.policy import Policy
from analysis.risk.result import replay

LEDGER_POLICY = "seed1"
LEDGER = "interval"


@dataclass(frozen=True, slots=True)
class Interval:
    """`start_ms` to `end_ms` since session start; `points_milli` are thousandths of a point."""

    start_ms: int
    end_ms: int
    points_milli: int
    flagged: bool

    @property
    def score(self) -> int | float:
        return to_points(self.points_milli)


def intervals(records: Iterable[Record], policy: Policy, end_ms: int) -> tuple[Interval, ...]:
    """The intervals of a log in any order, up to `end_ms`; `policy` holds the ledger `interval`."""
    result = replay(records, policy, "intervals", end_ms)
    return tuple(
        Interval(window.start_ms, window.end_ms, window.points_milli, window.flagged)
        for window in result.windows
        if window.ledger == LEDGER
    )
