"""Rates with intervals, errors, separation, confusion: samples are small, so no rate without interval."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Z_95 = 1.959963984540054
HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % interval, both ends included."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Rate:
    """`hits` of `of` cases.

    Raises:
        ValueError: for counts that are no counts, or more hits than cases.
    """

    hits: int
    of: int

    def __post_init__(self) -> None:
        if not 0 <= self.hits <= self.of:
            raise ValueError(f"{self.hits} of {self.of} is no rate")

    @classmethod
    def among(cls, outcomes: Iterable[bool]) -> Rate:
        each = list(outcomes)
        return cls(sum(each), len(each))

    @property
    def share(self) -> float | None:
        """0..1, or `None` without cases."""
        return self.hits / self.of if self.of else None

    @property
    def interval(self) -> Interval | None:
        return wilson(self.hits, self.of) if self.of else None


def wilson(hits: int, of: int) -> Interval:
    """Wilson's score interval of a share, 95 %, which holds for small samples and shares near 0 and 1.

    Raises:
        ValueError: without cases.

    Source: Wilson 1927.
    """
    if of < 1:
        raise ValueError("an interval needs at least one case")
    share, z2 = hits / of, Z_95**2
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = Z_95 / (1 + z2 / of) * math.sqrt(share * (1 - share) / of + z2 / (4 * of * of))
    # At the ends the formula is exact; what rounding leaves over would only look odd.
    return Interval(max(0.0, middle - half) if hits else 0.0, min(1.0, middle + half) if hits < of else 1.0)


def newcombe(first: Rate, second: Rate) -> Interval:
    """The 95 % interval of the difference `first` minus `second` of two independent shares.

    Raises:
        ValueError: where one of them has no cases.

    Source: Newcombe 1998, method 10.
    """
    a, b = wilson(first.hits, first.of), wilson(second.hits, second.of)
    p, q = first.hits / first.of, second.hits / second.of
    below = math.hypot(p - a.low, b.high - q)
    above = math.hypot(a.high - p, q - b.low)
    return Interval(p - q - below, p - q + above)


@dataclass(frozen=True, slots=True)
class PerHour:
    """How many times something happened in a time that was watched.

    Raises:
        ValueError: for a negative count or a time that is not above zero.
    """

    events: int
    watched_ms: int

    def __post_init__(self) -> None:
        if self.events < 0 or self.watched_ms <= 0:
            raise ValueError(f"{self.events} events in {self.watched_ms} ms is no rate")

    @property
    def rate(self) -> float:
        return self.events * HOUR_MS / self.watched_ms

    @property
    def interval(self) -> Interval:
        """95 %, Poisson, by Byar's approximation (Breslow & Day 1987); exact where nothing happened."""
        hours, n = self.watched_ms / HOUR_MS, self.events
        if n == 0:
            return Interval(0.0, -math.log(0.025) / hours)
        low = n * (1 - 1 / (9 * n) - Z_95 / (3 * math.sqrt(n))) ** 3
        high = (n + 1) * (1 - 1 / (9 * (n + 1)) + Z_95 / (3 * math.sqrt(n + 1))) ** 3
        return Interval(max(0.0, low) / hours, high / hours)


def auc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """The chance that a positive scores above a negative, ties half: the area under the ROC curve.

    Raises:
        ValueError: without values on one side.

    Source: Mann & Whitney 1947.
    """
    if not positive or not negative:
        raise ValueError("separation needs values on both sides")
    above = sum((p > n) + (p == n) / 2 for p in positive for n in negative)
    return above / (len(positive) * len(negative))


def mean_absolute_error(errors: Sequence[float]) -> float:
    """Mean of |error|.

    Raises:
        ValueError: without errors.
    """
    if not errors:
        raise ValueError("a mean needs at least one value")
    return math.fsum(abs(error) for error in errors) / len(errors)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which a share of the values lies, interpolated between neighbours.

    Raises:
        ValueError: without values, or for a share outside 0..1.
    """
    if not values or not 0 <= share <= 1:
        raise ValueError("a percentile needs values and a share between 0 and 1")
    ordered = sorted(values)
    at = share * (len(ordered) - 1)
    low, high = ordered[math.floor(at)], ordered[math.ceil(at)]
    return low + (high - low) * (at - math.floor(at))


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often each true class was answered with each class; unknown is an answer of its own."""

    pairs: tuple[tuple[str, str], ...]

    def count(self, truth: str, answer: str) -> int:
        return Counter(self.pairs)[truth, answer]

    @property
    def right(self) -> Rate:
        return Rate.among(truth == answer for truth, answer in self.pairs)

    def wrong(self, unknown: str) -> Rate:
        """Answered with another class; an answer of unknown is not wrong."""
        return Rate.among(answer not in (truth, unknown) for truth, answer in self.pairs)

    def unknown(self, unknown: str) -> Rate:
        return Rate.among(answer == unknown for _, answer in self.pairs)

    def rows(self, classes: Sequence[str]) -> tuple[tuple[str, ...], ...]:
        """One row a true class: its name, then how often each class was answered."""
        return tuple(
            (truth, *(str(self.count(truth, answer)) for answer in classes))
            for truth in classes
            if any(truth == seen for seen, _ in self.pairs)
        )
