"""docs/load.md, from figures alone."""

from collections.abc import Sequence

from tests.bench.machine import Machine
from tests.load.promises import broken_promises
from tests.load.scenes import FULL, Scene
from tests.load.table import tables

HEAD = """# What one machine bears

Written by `make test-load` (`python -m tests.load`); nothing here is typed by hand.

{machine}

Everything runs on this one machine: the load client, PostgreSQL (fsync and synchronous_commit on), Redis, an
S3 server, two web processes, four Celery workers and beat. The load is an open loop: every candidate has its
own place within the second, and a wait counts from the moment at which something was due. Of 100 events 5
come twice, 1 of 100 messages is malformed, one event of 300 opens a flag, an examiner's wall watches each
exam. Afterwards every acknowledged event is looked up in the database.

- events: everybody sends one durable event a second, no pictures. They arrive within {ramp_s:.0f} s, and
  what is told of here is the {hold_s:.0f} s after that.
- frames: everybody sends a 640x480 picture and an event a second, and each picture is analysed.
- quiet alone, quiet beside noise: an institution by itself, then beside one whose candidates send ten times
  as many events and ten times as many pictures.

{tables}

{verdict}
"""


def document(machine: Machine, scenes: Sequence[Scene]) -> str:
    broken = broken_promises(scenes, short=False)
    verdict = "\n".join(f"- Not kept: {words}." for words in broken) if broken else "Every promise was kept."
    return HEAD.format(
        machine=_words(machine),
        tables=tables(scenes),
        verdict=verdict,
        ramp_s=FULL.ramp_s,
        hold_s=FULL.hold_s,
    )


def _words(machine: Machine) -> str:
    packages = ", ".join(f"{name} {version}" for name, version in machine.packages.items())
    return (
        f"{machine.date}, {machine.processor}, {machine.cores} cores, {machine.system},"
        f" Python {machine.python}, load before measuring {machine.load}. {packages}."
    )
