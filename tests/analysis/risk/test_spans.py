"""Rules on an event that lasts until another: what is mended in time is nothing, what is not is one flag."""

from __future__ import annotations

import random
from typing import Any

import pytest

from analysis.risk.fold import Fold, initial_state
from analysis.risk.log import Record
from analysis.risk.policy import PolicyError
from analysis.risk.state import RiskState
from tests.analysis.risk.builders import (
    SESSION,
    browser,
    episodes_of,
    faces,
    fired_at,
    no_face_rule,
    policy_of,
    run,
    video,
)

LEFT: dict[str, Any] = {
    "id": "LEFT",
    "on": "full_screen_left",
    "until": "full_screen_entered",
    "for_ms": 10_000,
    "effects": [{"ledger": "points", "add": 3}],
}


def left(t_ms: int, seq: int = 1) -> Record:
    return browser(seq, t_ms, "full_screen_left")


def entered(t_ms: int, seq: int = 2) -> Record:
    return browser(seq, t_ms, "full_screen_entered")


def test_who_comes_back_in_time_raises_nothing() -> None:
    result = run([left(1000), entered(10_999)], policy_of(LEFT), 60_000)
    assert (result.flags, result.episodes, result.score) == ((), (), 0)


@pytest.mark.parametrize("next_t_ms", [11_000, 11_500, 300_000])
def test_the_flag_is_raised_when_patience_ends_whatever_comes_next(next_t_ms: int) -> None:
    result = run([left(1000), entered(next_t_ms)], policy_of(LEFT), 300_000)
    assert fired_at(result.flags) == [("LEFT", 1000, 11_000)]
    assert episodes_of(result) == [("LEFT", 1000, next_t_ms)]
    assert (result.flags[0].seq, result.flags[0].evidence_t_ms, result.score) == (1, 1000, 3)


def test_pictures_in_between_change_nothing() -> None:
    alone = run([left(1000), entered(20_000)], policy_of(LEFT), 30_000)
    watched = run([left(1000), entered(20_000), *faces(*[1] * 30)], policy_of(LEFT), 30_000)
    assert (watched.flags, watched.episodes) == (alone.flags, alone.episodes)


def test_who_never_comes_back_is_away_until_the_end() -> None:
    result = run([left(1000)], policy_of(LEFT), 60_000)
    assert fired_at(result.flags) == [("LEFT", 1000, 11_000)]
    assert episodes_of(result) == [("LEFT", 1000, 60_000)]


def test_an_end_before_patience_is_over_raises_nothing() -> None:
    assert run([left(1000)], policy_of(LEFT), 10_999).flags == ()


def test_leaving_again_while_away_begins_nothing_new() -> None:
    result = run([left(1000), left(8000, seq=2), entered(15_000, seq=3)], policy_of(LEFT), 60_000)
    assert fired_at(result.flags) == [("LEFT", 1000, 11_000)]


def test_each_of_several_ends_is_one() -> None:
    rule = {**LEFT, "until": ["full_screen_entered", "page_loaded"]}
    back = [left(1000), browser(2, 3000, "page_loaded"), left(20_000, seq=3)]
    assert fired_at(run(back, policy_of(rule), 60_000).flags) == [("LEFT", 20_000, 30_000)]


def test_a_pause_ends_it_and_patience_begins_anew_after_it() -> None:
    paused = Record("server", 1, 5000, event="session_paused")
    resumed = Record("server", 2, 60_000, event="session_resumed")
    records = [left(1000), paused, resumed, left(61_000, seq=2), entered(62_000, seq=3)]
    assert run(records, policy_of(LEFT), 120_000).flags == ()


def test_without_patience_it_is_a_flag_at_once_that_lasts() -> None:
    rule = {key: value for key, value in LEFT.items() if key != "for_ms"}
    result = run([left(1000), entered(4000)], policy_of(rule), 5000)
    assert fired_at(result.flags) == [("LEFT", 1000, 1000)]
    assert episodes_of(result) == [("LEFT", 1000, 4000)]


def test_after_a_flag_the_rule_keeps_quiet_for_its_cooldown() -> None:
    rule = {**LEFT, "for_ms": 1000, "cooldown_ms": 30_000}
    records = [left(0), entered(2000), left(3000, seq=3), entered(9000, seq=4), left(20_000, seq=5)]
    result = run(records, policy_of(rule), 60_000)
    assert fired_at(result.flags) == [("LEFT", 0, 1000), ("LEFT", 20_000, 31_000)]


def test_points_fade_not_while_it_lasts() -> None:
    decay = {"points": 1, "every_ms": 1000, "mode": "stepped", "when": "no_violation"}
    policy = policy_of(LEFT, ledger={"floor": 0, "decay": decay})
    assert run([left(0), entered(20_000)], policy, 20_000).score == 3
    assert run([left(0), entered(20_000)], policy, 22_000).score == 1


def test_a_gap_and_an_end_of_patience_come_in_the_order_of_their_times() -> None:
    lost = {"id": "LOST", "on": "gap.video"}
    policy = policy_of(LEFT, lost, gap={"video": {"ms": 5000}})
    result = run([video(1, 0, face_count=1), left(1000), browser(2, 60_000, "copy")], policy, 60_000)
    assert fired_at(result.flags) == [("LOST", 0, 5000), ("LEFT", 1000, 11_000)]


def test_a_state_that_was_stored_in_between_goes_on_as_if_it_had_not_been() -> None:
    policy = policy_of(LEFT)
    state = initial_state(policy, SESSION)
    flags = []
    for record in [left(1000), video(1, 5000, face_count=1), video(2, 12_000, face_count=1), entered(20_000)]:
        fold = Fold(RiskState.from_json(state.to_json()), policy)
        fold.take(record)
        step = fold.step()
        state = step.state
        flags.extend(step.opened)
    assert fired_at(flags) == [("LEFT", 1000, 11_000)]


def test_the_order_of_arrival_does_not_matter() -> None:
    records = [left(1000), entered(15_000), left(20_000, seq=3), *faces(*[1, 0, 0, 0] * 8)]
    policy = policy_of(LEFT, no_face_rule())
    told = run(records, policy, 60_000)
    for seed in range(5):
        shuffled = random.Random(seed).sample(records, len(records))
        assert run(shuffled, policy, 60_000).digest == told.digest


@pytest.mark.parametrize(
    ("keys", "path", "words"),
    [
        ({"until": []}, "rules[0].until", "at least one"),
        ({"until": [3]}, "rules[0].until[0]", "the name of an event"),
        ({"until": "full_screen_left"}, "rules[0].until", "the event that begins it"),
        ({"on": "gap.video"}, "rules[0].until", "an event of the log"),
        ({"release_ms": 5}, "rules[0].release_ms", "an event that lasts"),
        ({"mode": "sample"}, "rules[0].mode", "an event that lasts"),
    ],
)
def test_what_makes_no_sense_is_refused(keys: dict[str, Any], path: str, words: str) -> None:
    with pytest.raises(PolicyError) as refused:
        policy_of({**LEFT, **keys})
    assert refused.value.path == path
    assert words in str(refused.value)


def test_a_condition_has_no_end_by_an_event() -> None:
    with pytest.raises(PolicyError, match="an event of the log"):
        policy_of(no_face_rule(until="tab_visible"))
