"""The result: repeatable whatever the order of arrival, and equal to folding record by record."""

from __future__ import annotations

import json
import random
from dataclasses import asdict, replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.risk.fold import RiskState, advance, finish, initial_state
from analysis.risk.library import load_policy
from analysis.risk.live import release, watermark_ms
from analysis.risk.log import Record, canonicalise, parse_record
from analysis.risk.result import CurvePoint, Result, report_of, risk_curve
from analysis.risk.state import STATE_VERSION
from tests.analysis.risk.builders import SESSION, browser, faces, no_face_rule, policy_of, run

POLICY = load_policy("default")
EVENTS = ("tab_hidden", "window_blur", "copy", "paste", "offline", "camera_lost", "context_menu")
STEPS_MS = st.sampled_from([0, 100, 500, 1000, 1000, 1000, 2500, 12_000])
SIGNALS = st.fixed_dictionaries(
    {
        "face_count": st.sampled_from([0, 0, 1, 1, 2, None]),
        "looking_away": st.sampled_from([True, False, None]),
        "yaw": st.sampled_from([-50.5, 0.0, 12.25, None]),
        "camera_blocked": st.sampled_from([True, False, None]),
    }
)


@st.composite
def logs(draw: st.DrawFn) -> list[Record]:
    """Sessions with gaps, missing numbers and clocks that run back."""
    records: list[Record] = []
    t_ms = 0
    for seq in range(draw(st.integers(0, 40))):
        t_ms += draw(STEPS_MS)
        back_ms = draw(st.sampled_from([0, 0, 0, 0, 700]))
        if draw(st.integers(0, 9)):
            records.append(Record("video", seq, max(0, t_ms - back_ms), values=draw(SIGNALS)))
        if not draw(st.integers(0, 3)):
            records.append(Record("browser", seq, t_ms, event=draw(st.sampled_from(EVENTS))))
    return records


def written(result: Result) -> str:
    return json.dumps(result.to_json(), sort_keys=True)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(logs(), st.randoms(use_true_random=False))
def test_shuffling_and_duplicating_change_nothing(records: list[Record], chance: random.Random) -> None:
    mixed = [*records, *records[: len(records) // 2]]
    chance.shuffle(mixed)
    assert written(run(mixed, POLICY)) == written(run(records, POLICY))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(logs(), st.integers(0, 20_000))
def test_a_replay_equals_advancing_with_the_state_stored_as_json_between(
    records: list[Record], more_ms: int
) -> None:
    log = canonicalise(records)
    end_ms = (log.records[-1].t_ms if log.records else 0) + more_ms
    whole = run(records, POLICY, end_ms)
    state = initial_state(POLICY, SESSION)
    steps = []
    for record in log.records:
        assert state.to_json() == {"version": STATE_VERSION, **asdict(state)}
        state = RiskState.from_json(json.loads(json.dumps(state.to_json())))
        steps.append(advance(state, record, POLICY))
        state = steps[-1].state
    steps.append(finish(state, POLICY, end_ms))
    assert steps[-1].state == whole.state
    assert tuple(flag for step in steps for flag in step.opened) == whole.flags
    assert tuple(episode for step in steps for episode in step.closed) == whole.episodes
    assert tuple(entry for step in steps for entry in step.entries) == whole.entries
    assert tuple(window for step in steps for window in step.windows) == whole.windows
    assert report_of(steps[-1].state, POLICY) == whole.report


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(logs(), st.integers(1, 7), st.randoms(use_true_random=False))
def test_live_release_in_any_batches_equals_the_replay_when_nothing_is_late(
    records: list[Record], size: int, chance: random.Random
) -> None:
    arriving = sorted(records, key=lambda record: record.t_ms + chance.randrange(600))
    state = initial_state(POLICY, SESSION)
    pending: tuple[Record, ...] = ()
    newest_ms = 0
    for start in range(0, len(arriving), size):
        batch = arriving[start : start + size]
        newest_ms = max([newest_ms, *(record.t_ms for record in batch)])
        sorted_out = release([*pending, *batch], watermark_ms(newest_ms), state, POLICY)
        assert sorted_out.late == ()
        for record in sorted_out.ready:
            state = advance(state, record, POLICY).state
        pending = sorted_out.waiting
    for record in release(pending, newest_ms, state, POLICY).ready:
        state = advance(state, record, POLICY).state
    assert finish(state, POLICY, 0).state == run(records, POLICY).state


@settings(max_examples=60, deadline=None)
@given(logs())
def test_a_log_survives_its_json_lines(records: list[Record]) -> None:
    again = [parse_record(json.loads(json.dumps(record.to_json()))) for record in records]
    assert written(run(again, POLICY)) == written(run(records, POLICY))


@settings(max_examples=60, deadline=None)
@given(logs())
def test_the_lines_of_a_ledger_add_up_to_its_balance(records: list[Record]) -> None:
    result = run(records, POLICY)
    for name, balance in result.ledgers:
        assert sum(entry.add_milli for entry in result.entries if entry.ledger == name) == balance


@settings(max_examples=60, deadline=None)
@given(logs())
def test_flags_and_episodes_belong_together(records: list[Record]) -> None:
    result = run(records, POLICY)
    by_id = {flag.id: flag for flag in result.flags}
    assert len(by_id) == len(result.flags)
    raised = [flag for episode in result.episodes for flag in episode.flags]
    assert sorted(raised) == sorted(flag.id for flag in result.flags if flag.lasting)
    for episode in result.episodes:
        for flag in episode.flags:
            assert by_id[flag].rule == episode.rule
            assert episode.start_ms <= by_id[flag].since_ms <= by_id[flag].t_ms <= episode.end_ms


def test_the_result_has_exactly_the_keys_of_the_format() -> None:
    result = run([*faces(0, 0, 0, 1), browser(1, 500, "copy")], policy_of(no_face_rule())).to_json()
    assert list(result) == [
        *(
            "ledgers",
            "score",
            "flags",
            "episodes",
            "entries",
            "windows",
            "issues",
            "report",
            "engine",
            "policy",
        ),
        "digest",
    ]
    assert result["ledgers"] == {"points": 5}
    assert result["report"] == {
        "integrity_score": 98,
        "recommendation": "PASS",
        "critical_flags": 0,
        "warning_flags": 1,
        "info_flags": 0,
        "total_events": 1,
    }


def test_a_conflict_gives_the_same_digest_from_both_sides() -> None:
    records = faces(0, 0, 0, 0)
    rival = replace(records[2], values={"face_count": 1})
    one, other = run([*records, rival], POLICY), run([rival, *records], POLICY)
    assert one.digest == other.digest
    assert [issue.kind for issue in one.issues] == ["seq_conflict"]


def test_the_digest_depends_on_log_policy_and_session_content() -> None:
    base = run(faces(0, 0, 0), policy_of(no_face_rule()))
    assert base.digest == run(faces(0, 0, 0), policy_of(no_face_rule())).digest
    assert base.digest != run(faces(0, 0, 1), policy_of(no_face_rule())).digest
    assert base.digest != run(faces(0, 0, 0), policy_of(no_face_rule(label="Other"))).digest


def test_an_empty_log_is_a_quiet_session() -> None:
    result = run([], POLICY)
    assert (result.score, result.flags, result.report.recommendation) == (0, (), "PASS")


def test_where_no_recommendation_fits_a_person_has_to_look() -> None:
    ladder = {"recommend": [{"if": [["integrity_score", ">", 100]], "then": "PASS"}]}
    assert run([], policy_of(report=ladder)).report.recommendation == "REVIEW_REQUIRED"


def test_a_recommendation_can_ask_for_a_single_rule() -> None:
    ladder = {
        "recommend": [{"if": [["flags.NO_FACE", ">=", 1]], "then": "REVIEW_REQUIRED"}, {"then": "PASS"}]
    }
    policy = policy_of(no_face_rule(), report=ladder)
    assert run(faces(0, 0, 0), policy).report.recommendation == "REVIEW_REQUIRED"
    assert run(faces(1, 1, 1), policy).report.recommendation == "PASS"


def test_integrity_never_falls_below_nothing() -> None:
    policy = policy_of(no_face_rule(for_ms=0, severity="critical"))
    assert run(faces(*[0] * 30), policy).report.integrity_score == 0


def test_the_curve_has_a_point_at_each_change() -> None:
    ledger = {"floor": 0, "decay": {"points": 1, "every_ms": 1000}}
    policy = policy_of(no_face_rule(repeat="once"), ledger=ledger)
    result = run(faces(0, 0, 0, 1, 1), policy)
    assert risk_curve(result.entries, policy) == (
        CurvePoint(0, 0),
        CurvePoint(2000, 5000),
        CurvePoint(3000, 4000),
        CurvePoint(4000, 3000),
    )
