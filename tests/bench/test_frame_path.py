"""Medians and percentiles of the frame path, and what is said about the machine."""

from datetime import datetime

from tests.bench.frame_path import Spread, spread
from tests.bench.machine import PACKAGES, this_machine


def test_the_spread_of_what_was_measured() -> None:
    assert spread([float(milliseconds) for milliseconds in range(101, 0, -1)]) == Spread(51.0, 96.0)
    assert spread([1.234]) == Spread(1.23, 1.23)


def test_the_machine_is_named() -> None:
    machine = this_machine()
    assert datetime.fromisoformat(machine.date).utcoffset() is not None
    assert machine.cores >= 1
    assert machine.processor
    assert set(machine.packages) == set(PACKAGES)
