"""Published and hand-computed values of every figure that the evaluation prints."""

from __future__ import annotations

import pytest

from analysis.evaluation.statistics import (
    Confusion,
    Interval,
    PerHour,
    Rate,
    auc,
    mean_absolute_error,
    newcombe,
    percentile,
    wilson,
)


def close(low: float, high: float, within: float = 5e-5) -> tuple[object, object]:
    return pytest.approx(low, abs=within), pytest.approx(high, abs=within)


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    # The first two stand in Newcombe 1998, Statistics in Medicine 17:857-872, table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (29, 29, 0.8830, 1.0)],
)
def test_wilsons_interval(hits: int, of: int, low: float, high: float) -> None:
    found = wilson(hits, of)
    assert (found.low, found.high) == close(low, high)


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    # Newcombe 1998, Statistics in Medicine 17:873-890, table II, method 10.
    [
        (Rate(56, 70), Rate(48, 80), 0.0524, 0.3339),
        (Rate(9, 10), Rate(3, 10), 0.1705, 0.8090),
        (Rate(10, 10), Rate(0, 10), 0.6075, 1.0),
    ],
)
def test_newcombes_interval_of_a_difference(first: Rate, second: Rate, low: float, high: float) -> None:
    found = newcombe(first, second)
    assert (found.low, found.high) == close(low, high)


def test_a_rate_without_cases_has_no_share() -> None:
    assert (Rate(0, 0).share, Rate(0, 0).interval) == (None, None)
    assert Rate.among([True, False, True, True]) == Rate(3, 4)


@pytest.mark.parametrize(("hits", "of"), [(-1, 3), (4, 3), (1, 0)])
def test_a_rate_counts_sensibly(hits: int, of: int) -> None:
    with pytest.raises(ValueError, match="is no rate"):
        Rate(hits, of)


@pytest.mark.parametrize(
    ("events", "low", "high"),
    # Exact Poisson limits; Byar's approximation is within a hundredth of the count of them.
    [(0, 0.0, 3.689), (1, 0.025, 5.572), (10, 4.795, 18.390), (100, 81.36, 121.63)],
)
def test_events_in_an_hour(events: int, low: float, high: float) -> None:
    found = PerHour(events, 3_600_000)
    assert found.rate == events
    assert (found.interval.low, found.interval.high) == close(low, high, within=0.02)


def test_events_in_half_a_minute_are_scaled_to_an_hour() -> None:
    assert PerHour(1, 30_000).rate == 120.0
    assert PerHour(0, 36_000).interval == Interval(0.0, pytest.approx(368.888, abs=0.001))
    with pytest.raises(ValueError, match="is no rate"):
        PerHour(0, 0)


def test_separation() -> None:
    assert auc([3.0, 4.0], [1.0, 2.0]) == 1.0
    assert auc([1.0, 2.0], [3.0, 4.0]) == 0.0
    assert auc([1.0, 3.0], [1.0, 2.0]) == 0.625
    with pytest.raises(ValueError, match="both sides"):
        auc([], [1.0])


def test_errors_and_percentiles() -> None:
    assert mean_absolute_error([-3.0, 1.0, 2.0]) == 2.0
    assert [percentile([4.0, 1.0, 3.0, 2.0], share) for share in (0.0, 0.5, 1.0)] == [1.0, 2.5, 4.0]
    with pytest.raises(ValueError, match="at least one value"):
        mean_absolute_error([])
    with pytest.raises(ValueError, match="needs values"):
        percentile([], 0.5)


def test_confusion_keeps_unknown_apart_from_wrong() -> None:
    found = Confusion((("1", "1"), ("1", "2+"), ("0", "unknown"), ("2+", "2+")))
    assert found.right == Rate(2, 4)
    assert found.wrong("unknown") == Rate(1, 4)
    assert found.unknown("unknown") == Rate(1, 4)
    assert found.rows(("0", "1", "2+", "unknown")) == (
        ("0", "0", "0", "0", "1"),
        ("1", "0", "1", "1", "0"),
        ("2+", "0", "0", "1", "0"),
    )
