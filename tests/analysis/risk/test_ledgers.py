"""Ledgers: decay in every mode, windows, floor and cap."""

from __future__ import annotations

from typing import Any

import pytest

from analysis.risk.flags import Entry, WindowResult
from tests.analysis.risk.builders import browser, faces, no_face_rule, policy_of, run, video

ADD: dict[str, Any] = {"id": "ADD", "on": "add", "effects": [{"ledger": "points", "add": 10}]}
TAKE: dict[str, Any] = {"id": "TAKE", "on": "take", "effects": [{"ledger": "points", "add": -7}]}


def decay(mode: str, points: float = 1, every_ms: int = 1000, when: str = "always") -> dict[str, Any]:
    return {"floor": 0, "decay": {"points": points, "every_ms": every_ms, "mode": mode, "when": when}}


@pytest.mark.parametrize(
    ("mode", "at_ms", "end_ms", "score"),
    [
        ("stepped", 0, 999, 10),
        ("stepped", 0, 1000, 9),
        ("stepped", 0, 3999, 7),
        ("stepped", 0, 60_000, 0),
        ("stepped", 1500, 2000, 9),
        ("linear", 0, 1, 9.999),
        ("linear", 0, 250, 9.75),
        ("linear", 0, 9999, 0.001),
        ("linear", 0, 10_000, 0),
        ("resync", 0, 60_000, 10),
    ],
)
def test_decay_over_time(mode: str, at_ms: int, end_ms: int, score: float) -> None:
    result = run([browser(1, at_ms, "add")], policy_of(ADD, ledger=decay(mode)), end_ms)
    assert result.score == score


def test_the_remainder_of_a_step_is_carried_over_records() -> None:
    ticks = [video(seq, seq * 300, a=1) for seq in range(1, 11)]
    result = run([browser(1, 0, "add"), *ticks], policy_of(ADD, ledger=decay("stepped")))
    assert result.score == 7


def test_the_remainder_of_linear_decay_is_carried_over_records() -> None:
    ticks = [video(seq, seq * 7, a=1) for seq in range(1, 101)]
    result = run([browser(1, 0, "add"), *ticks], policy_of(ADD, ledger=decay("linear", 1, 3000)))
    assert result.score == 10 - 0.233


def test_resync_takes_one_step_at_a_tick_and_starts_again_from_there() -> None:
    ticks = [video(seq, t_ms, a=1) for seq, t_ms in enumerate([900, 1900, 2800, 2900, 9000], start=1)]
    result = run([browser(1, 0, "add"), *ticks], policy_of(ADD, ledger=decay("resync")))
    assert [(entry.t_ms, entry.after_milli) for entry in result.entries if entry.cause == "decay"] == [
        (1900, 9000),
        (2900, 8000),
        (9000, 7000),
    ]


def test_resync_follows_the_rules_of_its_tick() -> None:
    policy = policy_of(no_face_rule(), ledger=decay("resync"))
    assert run(faces(0, 0, 0), policy).score == 4


def test_no_violation_stops_the_clock_while_a_confirmed_episode_is_open() -> None:
    policy = policy_of(no_face_rule(repeat="once"), ledger=decay("stepped", when="no_violation"))
    result = run(faces(0, 0, 0, 0, 0, 0, 1, 1, 1), policy)
    assert [(entry.t_ms, entry.cause, entry.after_milli) for entry in result.entries] == [
        (2000, "rule", 5000),
        (7000, "decay", 4000),
        (8000, "decay", 3000),
    ]


def test_an_episode_that_raised_no_flag_does_not_stop_the_clock() -> None:
    policy = policy_of(ADD, no_face_rule(for_ms=60_000), ledger=decay("stepped", when="no_violation"))
    assert run([browser(1, 0, "add"), *faces(0, 0, 0, 0)], policy).score == 7


def test_decay_resumes_where_a_gap_closed_the_episode() -> None:
    policy = policy_of(
        no_face_rule(repeat="once"),
        ledger=decay("stepped", when="no_violation"),
        gap={"video": {"ms": 4000, "on": "reset"}},
    )
    result = run([*faces(0, 0, 0), browser(1, 9000, "online")], policy)
    assert (result.score, result.episodes[0].end_ms) == (2, 6000)


def test_decay_without_a_floor_ends_at_the_start() -> None:
    ledger = {"start": 5, "decay": {"points": 1, "every_ms": 1000}}
    assert run([browser(1, 0, "add")], policy_of(ADD, ledger=ledger), 60_000).score == 5
    assert run([browser(1, 0, "take")], policy_of(TAKE, ledger=ledger), 60_000).score == -2


def test_floor_and_cap_hold_and_the_lines_add_up() -> None:
    policy = policy_of(ADD, TAKE, ledger={"start": 3, "floor": 0, "cap": 12})
    result = run([browser(1, 0, "take"), browser(2, 1, "add"), browser(3, 2, "add")], policy)
    assert result.entries == (
        Entry(0, "rule", "TAKE", "points", -3000, 0, "browser", 1),
        Entry(1, "rule", "ADD", "points", 10000, 10000, "browser", 2),
        Entry(2, "rule", "ADD", "points", 2000, 12000, "browser", 3),
    )
    assert [flag.delta for flag in result.flags] == [-3, 10, 2]


def test_exact_windows_follow_one_another_from_session_start() -> None:
    policy = policy_of(ADD, ledger={"window": {"ms": 30000, "flag_at": 20}})
    adds = [browser(1, 10_000, "add"), browser(2, 29_999, "add"), browser(3, 30_000, "add")]
    assert run(adds, policy, 95_000).windows == (
        WindowResult("points", 0, 30_000, 20_000, True),
        WindowResult("points", 30_000, 60_000, 10_000, False),
        WindowResult("points", 60_000, 90_000, 0, False),
        WindowResult("points", 90_000, 95_000, 0, False),
    )


def test_reset_on_flag_starts_a_new_window_at_once() -> None:
    policy = policy_of(ADD, ledger={"window": {"ms": 30000, "flag_at": 10, "reset_on_flag": True}})
    result = run([browser(1, 12_000, "add")], policy, 50_000)
    assert result.windows == (
        WindowResult("points", 0, 12_000, 10_000, True),
        WindowResult("points", 12_000, 42_000, 0, False),
        WindowResult("points", 42_000, 50_000, 0, False),
    )
    assert [(entry.cause, entry.add_milli) for entry in result.entries] == [
        ("rule", 10000),
        ("window", -10000),
    ]
    assert (result.flags[0].score, result.score) == (10, 0)


def test_sampled_windows_close_at_the_first_tick_that_is_late_enough() -> None:
    policy = policy_of(ADD, ledger={"window": {"ms": 2000, "align": "sample"}})
    records = [browser(1, 100, "add"), *faces(1, 1, 1, 1, every_ms=1500), browser(2, 4200, "add")]
    assert run(records, policy, 9000).windows == (
        WindowResult("points", 0, 3000, 10_000, False),
        WindowResult("points", 3000, 9000, 10_000, False),
    )
