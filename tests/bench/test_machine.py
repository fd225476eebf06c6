"""What is said about the machine."""

from datetime import datetime

from tests.bench.machine import PACKAGES, this_machine


def test_the_machine_is_named() -> None:
    machine = this_machine()
    assert datetime.fromisoformat(machine.date).utcoffset() is not None
    assert machine.cores >= 1
    assert machine.processor
    assert set(machine.packages) == set(PACKAGES)
