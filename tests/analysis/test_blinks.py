"""Closed time over a minute at any rate; blinks only where pictures follow fast enough."""

import json

import pytest

from analysis.blinks import WINDOW_S, EyeMinute, EyeWatch, watch_eyes


def minute(step_ms: int, closures: list[float | None]) -> EyeMinute:
    watch, told = EyeWatch(), EyeMinute()
    for number, closure in enumerate(closures):
        watch, told = watch_eyes(watch, closure, number * step_ms)
    assert len(watch.seconds) <= WINDOW_S
    assert EyeWatch.from_json(json.loads(json.dumps(watch.to_json()))) == watch
    return told


def blinking(step_ms: int, every_ms: int, closed_ms: int) -> list[float | None]:
    return [
        1.0 if number * step_ms % every_ms < closed_ms else 0.1 for number in range(1, 60_000 // step_ms + 1)
    ]


@pytest.mark.parametrize("step_ms", [40, 50, 66])
def test_fifteen_blinks_a_minute(step_ms: int) -> None:
    told = minute(step_ms, blinking(step_ms, every_ms=4000, closed_ms=220))
    assert told.blinks_per_minute == pytest.approx(15, abs=1.1)
    assert told.perclos == pytest.approx(0.055, abs=0.015)


@pytest.mark.parametrize("step_ms", [200, 500, 1000])
def test_slower_pictures_count_no_blinks(step_ms: int) -> None:
    told = minute(step_ms, [0.9 if number % 4 == 0 else 0.1 for number in range(70_000 // step_ms)])
    assert told.blinks_per_minute is None
    assert told.perclos == pytest.approx(0.25, abs=0.01)


def test_eyes_that_stay_closed_are_no_blink() -> None:
    told = minute(50, blinking(50, every_ms=4000, closed_ms=1000))
    assert told.blinks_per_minute == 0
    assert told.perclos == pytest.approx(0.25, abs=0.02)


def test_one_dropped_lid_in_one_picture_is_noise() -> None:
    closures: list[float | None] = [0.1] * 800
    closures[400] = 1.0
    assert minute(40, closures).blinks_per_minute == 0


def test_too_little_is_unknown() -> None:
    assert minute(1000, [0.1] * 40) == EyeMinute()
    assert minute(1600, [0.1] * 38) == EyeMinute()
    assert minute(1000, [None] * 70) == EyeMinute()
    assert minute(1000, [0.1] * 61) == EyeMinute(perclos=0.0)


def test_unknown_eyes_and_gaps_tell_nothing() -> None:
    """Forty pictures, but half of the time between them is a gap."""
    assert minute(2500, [0.1] * 50) == EyeMinute()
    halves: list[float | None] = [0.1, None] * 60
    assert minute(500, halves) == EyeMinute()


def test_a_blink_across_a_gap_is_not_counted() -> None:
    watch = EyeWatch()
    for t_ms, closure in ((0, 0.1), (50, 1.0), (400, 1.0), (450, 0.1)):
        watch, _told = watch_eyes(watch, closure, t_ms)
    assert sum(one.blinks for one in watch.seconds) == 0
    for t_ms, closure in ((500, 1.0), (550, 1.0), (600, 0.1)):
        watch, _told = watch_eyes(watch, closure, t_ms)
    assert sum(one.blinks for one in watch.seconds) == 1
