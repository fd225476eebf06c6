"""One line of the catalogue of signals."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Signal:
    """One key of a sampled record: `explanation` speaks to the candidate, `can` and `cannot` to reviewers."""

    key: str
    label: str
    unit: str
    explanation: str
    can: str
    cannot: str
