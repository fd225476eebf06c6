"""The rates that are printed beside the sensitivity are those that the simulation gives."""

from analysis.changepoint import FALSE_FLAGS_PER_H
from tests.bench.false_alarms import flags_per_h


def test_the_printed_rates_are_the_simulated_ones() -> None:
    assert flags_per_h() == FALSE_FLAGS_PER_H


def test_more_sensitive_means_more_false_flags() -> None:
    assert FALSE_FLAGS_PER_H["low"] < FALSE_FLAGS_PER_H["normal"] < FALSE_FLAGS_PER_H["high"]
