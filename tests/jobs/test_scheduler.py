"""The embedded profile's thread: when it works, and that no failure ends it."""

import pytest
from pytest_django import Settings

from jobs import scheduler
from jobs.scheduler import Scheduler

turns: list[str] = []


def often() -> None:
    turns.append("often")


def seldom() -> None:
    turns.append("seldom")
    raise RuntimeError("the disk is full")


@pytest.fixture(autouse=True)
def periodic(settings: Settings) -> None:
    settings.PERIODIC = [
        ("tests.jobs.test_scheduler.seldom", 60),
        ("tests.jobs.test_scheduler.often", 5),
    ]
    turns.clear()


# Closing old connections asks the database nothing, but needs leave to.
@pytest.mark.django_db
def test_each_work_has_its_own_pace_and_a_wake_up_runs_all() -> None:
    thread = Scheduler()
    for now_s, woken in ((100.0, False), (104.0, False), (105.0, False), (106.0, True), (110.0, False)):
        turns.append(f"at {now_s:.0f}")
        thread.turn(now_s, woken=woken)
    assert turns == [
        "at 100",
        "seldom",
        "often",
        "at 104",
        "at 105",
        "often",
        "at 106",
        "seldom",
        "often",
        "at 110",
    ]


@pytest.mark.django_db
def test_the_thread_stops_when_asked(settings: Settings) -> None:
    settings.PERIODIC = []
    thread = Scheduler()
    thread.start()
    thread.stop()
    assert not thread.is_alive()


def test_waking_is_remembered_until_the_next_turn() -> None:
    thread = Scheduler()
    scheduler._wanted.set()
    thread.turn(0.0, woken=scheduler._wanted.is_set())
    assert turns == ["seldom", "often"]
    assert not scheduler._wanted.is_set()
