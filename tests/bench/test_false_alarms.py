"""The rates that are printed beside the sensitivity are those that the simulation gives."""

from analysis.changepoint import FALSE_WARNINGS_PER_H
from tests.bench.false_alarms import found_share, warnings_per_h

MOST_PER_H = {"low": 0.5, "normal": 2.0, "high": 6.0}


def test_the_printed_rates_are_the_simulated_ones() -> None:
    assert warnings_per_h() == FALSE_WARNINGS_PER_H


def test_the_rates_keep_their_limits_and_lie_clearly_apart() -> None:
    for sensitivity, most in MOST_PER_H.items():
        assert FALSE_WARNINGS_PER_H[sensitivity] <= most
    low, normal, high = FALSE_WARNINGS_PER_H.values()
    assert (2 * low <= normal, 2 * normal <= high) == (True, True)


def test_more_sensitive_finds_more() -> None:
    shares = found_share(hours=3)
    assert shares["low"] < shares["normal"] <= shares["high"]
