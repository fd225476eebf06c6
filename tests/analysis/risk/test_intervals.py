"""The 30-second intervals: from the log of our own room, whatever policy the exam has."""

from __future__ import annotations

import json
from pathlib import Path

from analysis.risk.intervals import LEDGER_POLICY, Interval, intervals
from analysis.risk.library import load_policy
from analysis.risk.log import Record
from tests.analysis.risk.builders import browser, video

POLICY = load_policy(LEDGER_POLICY)


def seconds(first: int, last: int, **values: int | bool) -> list[Record]:
    return [
        video(s, s * 1000, **{"face_count": 1, "looking_away": False, **values}) for s in range(first, last)
    ]


def test_a_quiet_minute_has_two_empty_intervals() -> None:
    assert intervals(seconds(0, 60), POLICY, 60_000) == (
        Interval(0, 30_000, 0, False),
        Interval(30_000, 60_000, 0, False),
    )


def test_ten_points_flag_an_interval_and_begin_the_next() -> None:
    log = [
        *seconds(0, 60),
        browser(1, 4_000, "tab_hidden"),
        browser(2, 6_000, "copy"),
        browser(3, 7_000, "cut"),
    ]
    assert intervals(log, POLICY, 60_000) == (
        Interval(0, 7_000, 14_000, True),
        Interval(7_000, 37_000, 0, False),
        Interval(37_000, 60_000, 0, False),
    )


def test_nobody_and_looking_away_count_every_ten_seconds() -> None:
    log = [*seconds(0, 12, looking_away=True), *seconds(12, 30, face_count=0, looking_away=False)]
    assert intervals(log, POLICY, 30_000) == (
        Interval(0, 12_000, 13_000, True),
        Interval(12_000, 30_000, 9_000, False),
    )


def test_an_empty_log_still_has_its_time() -> None:
    assert intervals([], POLICY, 45_000) == (
        Interval(0, 30_000, 0, False),
        Interval(30_000, 45_000, 0, False),
    )


def test_the_built_in_ledger_is_the_published_one(presets_dir: Path) -> None:
    published = json.loads((presets_dir / "seed1.json").read_text())
    assert json.loads(POLICY.source) == published
