"""The fold: sustained, sampled and event rules, gaps, evidence, and the state between records."""

from __future__ import annotations

import json
from typing import Any

import pytest

from analysis.risk.flags import Flag, flag_id
from analysis.risk.fold import LateRecordError, RiskState, StateError, advance, finish, initial_state
from analysis.risk.log import Record
from analysis.risk.reading import PolicyError
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

TAB: dict[str, Any] = {"id": "TAB", "on": "tab_hidden", "effects": [{"ledger": "points", "add": 5}]}
GAP: dict[str, Any] = {"video": {"ms": 4000, "on": "reset"}}


@pytest.mark.parametrize(("cmp", "expected"), [(">=", [("NO_FACE", 0, 2000)]), (">", [])])
def test_for_ms_is_reached_or_passed(cmp: str, expected: list[tuple[str, int, int]]) -> None:
    assert fired_at(run(faces(0, 0, 0, 1), policy_of(no_face_rule(cmp=cmp))).flags) == expected


def test_a_rule_without_for_ms_fires_at_once() -> None:
    assert fired_at(run(faces(1, 0), policy_of(no_face_rule(for_ms=0))).flags) == [("NO_FACE", 1000, 1000)]


def test_restart_fires_again_every_for_ms_and_the_episode_keeps_all_flags() -> None:
    result = run(faces(1, 0, 0, 0, 0, 0, 1), policy_of(no_face_rule()))
    assert fired_at(result.flags) == [("NO_FACE", 1000, 3000), ("NO_FACE", 3000, 5000)]
    assert episodes_of(result) == [("NO_FACE", 1000, 6000)]
    assert result.episodes[0].flags == tuple(flag.id for flag in result.flags)
    assert result.score == 10


def test_once_fires_once_per_episode() -> None:
    result = run(faces(0, 0, 0, 0, 0, 0, 1, 0, 0, 0), policy_of(no_face_rule(repeat="once")))
    assert fired_at(result.flags) == [("NO_FACE", 0, 2000), ("NO_FACE", 7000, 9000)]
    assert episodes_of(result) == [("NO_FACE", 0, 6000), ("NO_FACE", 7000, 9000)]


def test_without_release_one_other_frame_starts_the_time_again() -> None:
    assert run(faces(0, 0, 1, 0, 0, 1), policy_of(no_face_rule())).flags == ()


def test_release_bridges_a_missed_frame_and_the_episode_ends_where_the_condition_did() -> None:
    policy = policy_of(no_face_rule(release_ms=1500, repeat="once"))
    result = run(faces(0, 0, 0, 1, 0, 0, 1, 1, 1, 1), policy)
    assert fired_at(result.flags) == [("NO_FACE", 0, 2000)]
    assert episodes_of(result) == [("NO_FACE", 0, 6000)]


def test_an_episode_closes_exactly_at_release_ms() -> None:
    policy = policy_of(no_face_rule(release_ms=1000, repeat="once"))
    assert episodes_of(run(faces(0, 0, 0, 1, 1, 0, 0, 0), policy)) == [
        ("NO_FACE", 0, 3000),
        ("NO_FACE", 5000, 7000),
    ]


def test_a_release_that_was_over_between_two_records_splits_the_episode() -> None:
    policy = policy_of(no_face_rule(release_ms=1500, repeat="once"))
    records = [
        *faces(0, 0, 0, 1),
        *(video(10 + place, 9000 + 1000 * place, face_count=0) for place in range(3)),
    ]
    assert episodes_of(run(records, policy)) == [("NO_FACE", 0, 3000), ("NO_FACE", 9000, 11_000)]


def test_cooldown_is_counted_from_the_last_flag() -> None:
    policy = policy_of(no_face_rule(for_ms=1000, cooldown_ms=3000))
    assert [flag.t_ms for flag in run(faces(*[0] * 9), policy).flags] == [1000, 4000, 7000]


def test_cooldown_of_an_event() -> None:
    policy = policy_of({**TAB, "cooldown_ms": 1000})
    times = [0, 999, 1000, 1500, 2000]
    result = run([browser(seq, t_ms, "tab_hidden") for seq, t_ms in enumerate(times)], policy)
    assert [flag.t_ms for flag in result.flags] == [0, 1000, 2000]


def test_an_event_that_happened_n_times_adds_n_times_in_one_flag() -> None:
    result = run([browser(4, 9120, "tab_hidden", n=3), browser(5, 9200, "copy")], policy_of(TAB))
    flag = result.flags[0]
    assert (len(result.flags), flag.n, flag.delta, flag.score) == (1, 3, 15, 15)
    assert result.report.integrity_milli == 94_000


@pytest.mark.parametrize(("unknown", "flags"), [("false", []), ("hold", [("NO_FACE", 0, 3000)])])
def test_unknown_is_false_or_waits(unknown: str, flags: list[tuple[str, int, int]]) -> None:
    policy = policy_of(no_face_rule(unknown=unknown, for_ms=3000))
    assert fired_at(run(faces(0, None, 0, 0, 1), policy).flags) == flags


@pytest.mark.parametrize("unknown", ["false", "hold"])
def test_unknown_alone_never_fires(unknown: str) -> None:
    policy = policy_of(no_face_rule(unknown=unknown))
    assert run(faces(None, None, None, None), policy).flags == ()
    assert run(faces(0, None, None, None, None, None), policy).flags == ()


def test_hold_keeps_false_as_well() -> None:
    policy = policy_of(no_face_rule(unknown="hold", release_ms=2000, repeat="once"))
    assert episodes_of(run(faces(0, 0, 0, 1, None, None, 0), policy)) == [("NO_FACE", 0, 3000)]


def test_a_held_signal_counts_on_other_streams_records() -> None:
    records = [video(1, 0, face_count=0), browser(1, 2000, "copy")]
    flag = run(records, policy_of(no_face_rule())).flags[0]
    assert (flag.stream, flag.seq, flag.t_ms) == ("browser", 1, 2000)
    assert (flag.evidence_stream, flag.evidence_seq) == ("video", 1)


def test_min_records_asks_for_more_than_a_held_frame() -> None:
    policy = policy_of(no_face_rule(min_records=2))
    assert run([video(1, 0, face_count=0), browser(1, 2000, "copy")], policy).flags == ()
    records = [video(1, 0, face_count=0), browser(1, 2000, "copy"), video(2, 2100, face_count=0)]
    assert fired_at(run(records, policy).flags) == [("NO_FACE", 0, 2100)]


def test_a_signal_missing_from_the_next_record_of_its_stream_is_unknown() -> None:
    records = [video(1, 0, face_count=0), video(2, 1000, yaw=3), video(3, 2000, face_count=0)]
    assert run(records, policy_of(no_face_rule())).flags == ()


def test_a_condition_over_two_streams() -> None:
    rule = no_face_rule(
        when={
            "all": [
                {"signal": "face_count", "op": "==", "value": 0},
                {"signal": "speech", "op": "==", "value": True},
            ]
        }
    )
    records = [
        *faces(0, 0, 0, 0, 0),
        Record("audio", 1, 500, values={"speech": True}),
        Record("audio", 2, 3500, values={"speech": False}),
    ]
    result = run(records, policy_of(rule))
    assert fired_at(result.flags) == [("NO_FACE", 500, 3000)]
    assert episodes_of(result) == [("NO_FACE", 500, 3500)]


def test_sample_fires_on_every_record_that_carries_its_signal() -> None:
    rule = {"id": "S", "mode": "sample", "when": {"signal": "ear", "op": "<", "value": 0.18}}
    records = [video(1, 0, ear=0.1), browser(1, 10, "copy"), video(2, 20, ear=0.2), video(3, 30, ear=0.17)]
    result = run(records, policy_of(rule))
    assert fired_at(result.flags) == [("S", 0, 0), ("S", 30, 30)]
    assert result.episodes == ()


def test_sample_at_most_every_every_ms() -> None:
    rule = {
        "id": "S",
        "mode": "sample",
        "every_ms": 2000,
        "when": {"signal": "ear", "op": "<", "value": 0.18},
    }
    records = [video(seq, seq * 1000, ear=0.1) for seq in range(6)]
    assert [flag.t_ms for flag in run(records, policy_of(rule)).flags] == [0, 2000, 4000]


def test_a_gap_closes_the_episode_and_raises_its_event() -> None:
    lost = {"id": "GAP", "on": "gap.video", "severity": "info"}
    policy = policy_of(no_face_rule(repeat="once"), lost, gap=GAP)
    result = run([*faces(0, 0, 0), browser(1, 6000, "copy"), browser(2, 6001, "copy")], policy)
    assert episodes_of(result) == [("NO_FACE", 0, 6000)]
    flag = result.flags[1]
    assert (flag.rule, flag.since_ms, flag.t_ms, flag.stream, flag.seq) == ("GAP", 2000, 6000, "video", 2)


def test_silence_of_exactly_the_limit_is_no_gap() -> None:
    policy = policy_of({"id": "GAP", "on": "gap.video"}, gap=GAP)
    assert run([video(1, 0, a=1), video(2, 4000, a=1)], policy).flags == ()
    assert fired_at(run([video(1, 0, a=1), video(2, 4001, a=1)], policy).flags) == [("GAP", 0, 4000)]


def test_a_gap_makes_signals_unknown_and_is_raised_once() -> None:
    policy = policy_of(no_face_rule(), {"id": "GAP", "on": "gap.video"}, gap=GAP)
    records = [video(1, 0, face_count=0), *(browser(seq, 1000 * seq, "copy") for seq in range(5, 20))]
    assert fired_at(run(records, policy).flags) == [("GAP", 0, 4000)]


def test_a_gap_ends_even_what_holds_through_the_unknown() -> None:
    policy = policy_of(no_face_rule(unknown="hold", repeat="once"), gap=GAP)
    assert episodes_of(run([*faces(0, 0, 0, None), browser(1, 9000, "copy")], policy)) == [
        ("NO_FACE", 0, 7000)
    ]


def test_a_gap_of_another_stream_leaves_the_episode() -> None:
    policy = policy_of(no_face_rule(repeat="once"), gap={"audio": {"ms": 1000, "on": "reset"}})
    records = [Record("audio", 1, 0, values={"speech": False}), *faces(0, 0, 0, 0, 0, 1)]
    assert episodes_of(run(records, policy)) == [("NO_FACE", 0, 5000)]


def test_a_stream_that_never_began_has_no_gap() -> None:
    policy = policy_of({"id": "GAP", "on": "gap.video"}, gap=GAP)
    assert run([browser(1, 0, "copy")], policy, 60_000).flags == ()


def test_finish_closes_open_episodes_and_sees_the_last_gap() -> None:
    policy = policy_of(no_face_rule(repeat="once"), {"id": "GAP", "on": "gap.video"}, gap=GAP)
    assert episodes_of(run(faces(0, 0, 0), policy, 5000)) == [("NO_FACE", 0, 5000)]
    late = run(faces(0, 0, 0), policy, 60_000)
    assert (episodes_of(late), fired_at(late.flags)[1:]) == ([("NO_FACE", 0, 6000)], [("GAP", 2000, 6000)])


def test_finish_ends_an_episode_in_release_where_its_condition_ended() -> None:
    policy = policy_of(no_face_rule(repeat="once", release_ms=9000))
    assert episodes_of(run(faces(0, 0, 0, 1, 1), policy, 6000)) == [("NO_FACE", 0, 3000)]


def test_an_episode_that_raised_no_flag_is_none() -> None:
    assert run(faces(0, 0), policy_of(no_face_rule())).episodes == ()


def test_evidence_is_the_record_in_the_middle_of_the_time_to_fire() -> None:
    result = run(faces(0, 0, 0, 0, 0, 0, 1), policy_of(no_face_rule(for_ms=4000, repeat="once")))
    flag = result.flags[0]
    assert (flag.evidence_seq, flag.evidence_t_ms, result.episodes[0].worst_seq) == (2, 2000, 2)


def test_evidence_is_the_worst_record_and_the_episode_knows_a_later_worse_one() -> None:
    rule = {
        "id": "AWAY",
        "when": {"signal": "away", "op": "==", "value": True},
        "for_ms": 2000,
        "repeat": "once",
        "worst": "yaw",
    }
    yaws = [30.0, -41.5, None, -35.0, 60.0, 10.0]
    records = [video(seq, seq * 1000, away=True, yaw=yaw) for seq, yaw in enumerate(yaws)]
    result = run(records, policy_of(rule))
    assert (result.flags[0].evidence_seq, result.episodes[0].worst_seq) == (1, 4)


def test_confidence_is_read_when_the_rule_fires_and_clamped() -> None:
    policy = policy_of(no_face_rule(for_ms=0, repeat="once", confidence="p"))
    values: list[Any] = [87.5, 130, -3, None, True, "high"]
    seen = [run([video(1, 0, face_count=0, p=value)], policy).flags[0].confidence for value in values]
    assert seen == [87.5, 100, 0, None, None, None]


def test_use_confidence_weights_the_deduction() -> None:
    report = {"deduct": {"by_severity": {"warning": 10}, "use_confidence": True}}
    policy = policy_of(no_face_rule(for_ms=0, repeat="once", confidence="p"), report=report)
    assert run([video(1, 0, face_count=0, p=25)], policy).report.integrity_score == 97.5
    assert run([video(1, 0, face_count=0, p=None)], policy).report.integrity_score == 90


def test_rules_run_in_listed_order() -> None:
    first, second = {**TAB, "id": "B"}, {**TAB, "id": "A"}
    result = run([browser(1, 0, "tab_hidden")], policy_of(first, second))
    assert [(flag.rule, flag.score) for flag in result.flags] == [("B", 5), ("A", 10)]


def test_only_ledgers_of_the_score_count_in_delta() -> None:
    policy = policy_of(TAB, score={"sum": []})
    result = run([browser(1, 0, "tab_hidden")], policy)
    assert (result.flags[0].delta, result.score, result.ledgers) == (0, 0, (("points", 5000),))


def test_a_flag_as_a_whole() -> None:
    flag = run(faces(0, 0, 0), policy_of(no_face_rule())).flags[0]
    assert flag == Flag(
        id=flag_id(SESSION, "NO_FACE", 0, 2000, "video", 2),
        rule="NO_FACE",
        severity="warning",
        since_ms=0,
        t_ms=2000,
        stream="video",
        seq=2,
        n=1,
        delta_milli=5000,
        score_milli=5000,
        confidence_milli=None,
        evidence_stream="video",
        evidence_seq=1,
        evidence_t_ms=1000,
        lasting=True,
    )
    assert flag_id(SESSION, "NO_FACE", 0, 2000, "video", 2) == "b57cf9cb-d426-50ad-894a-55eb0f4b34f9"


def test_ids_differ_by_session_and_by_stream() -> None:
    ids = {flag_id(session, "R", 0, 0, stream, 1) for session in "ab" for stream in ("video", "browser")}
    assert len(ids) == 4


def test_advance_gives_one_step_and_leaves_the_old_state_alone() -> None:
    policy = policy_of(no_face_rule())
    before = initial_state(policy, SESSION)
    written = json.dumps(before.to_json())
    step = advance(before, video(1, 0, face_count=0), policy)
    step = advance(step.state, video(2, 2500, face_count=0), policy)
    assert (len(step.opened), step.closed, step.score_milli, step.state.t_ms) == (1, (), 5000, 2500)
    assert json.dumps(before.to_json()) == written
    closing = advance(step.state, video(3, 3000, face_count=1), policy)
    assert [episode.flags for episode in closing.closed] == [(step.opened[0].id,)]


def test_a_record_before_the_fold_is_late() -> None:
    policy = policy_of(no_face_rule())
    state = advance(initial_state(policy, SESSION), video(5, 1000, face_count=1), policy).state
    for late in (
        video(5, 1000, face_count=1),
        video(6, 999, face_count=1),
        video(4, 2000, face_count=1),
        browser(1, 1000, "x"),
    ):
        with pytest.raises(LateRecordError):
            advance(state, late, policy)


def test_a_state_of_another_policy_or_a_finished_one_is_refused() -> None:
    policy = policy_of(no_face_rule())
    state = initial_state(policy, SESSION)
    with pytest.raises(StateError, match="another policy"):
        advance(state, video(1, 0, a=1), policy_of(TAB))
    with pytest.raises(StateError, match="finished"):
        advance(finish(state, policy, 1000).state, video(1, 2000, a=1), policy)


@pytest.mark.parametrize("value", [None, [], {}, {"version": 0}, {"version": 1}, {"version": 1, "last": 3}])
def test_a_damaged_state_is_refused_in_words(value: object) -> None:
    with pytest.raises(StateError, match="replay the log"):
        RiskState.from_json(value)


def test_policy_errors_are_value_errors() -> None:
    assert issubclass(PolicyError, ValueError)
