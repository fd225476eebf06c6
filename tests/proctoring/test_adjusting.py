"""A sitting under a policy adjusted to its candidate: fixed at the start, and the same in every replay."""

import pytest

from analysis.risk.log import parse_record
from analysis.risk.result import replay
from exams.states import SessionState
from proctoring import inspecting, services
from proctoring.adjusted import adjusted_words
from proctoring.gazing import follows_eyes
from proctoring.models import Flag, Observation, RiskState
from proctoring.protocol import BrowserEvent
from proctoring.room_session import page_config
from proctoring.services.finalising import finalise
from proctoring.services.risk import base_of, exam_policy, policy_of
from tests.factories import make_exam
from tests.proctoring.allowed import begin, make_allowed
from tests.proctoring.sittings import events, frames, make_sitting, shift

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]


def test_the_policy_is_derived_at_the_start_and_the_exams_own_is_kept() -> None:
    exam = make_exam()
    session = begin(make_allowed(exam, switched_off=frozenset({"tabs"}), patience=(("face", 300),)))
    risk = RiskState.objects.get(session=session)
    policy, base = policy_of(risk), base_of(risk)
    assert base.sha256 == exam_policy(session).sha256 != policy.sha256 == risk.policy_sha256
    assert {rule.id for rule in base.rules} - {rule.id for rule in policy.rules} == {
        "TAB_HIDDEN",
        "WINDOW_BLUR",
    }
    assert policy.rule("NO_FACE").for_ms == 3 * base.rule("NO_FACE").for_ms


def test_whoever_sits_beside_them_sits_under_the_exams_policy() -> None:
    exam = make_exam()
    adjusted = begin(make_allowed(exam, switched_off=frozenset({"face"})))
    other = RiskState.objects.get(session=make_sitting(exam))
    assert other.base_policy is None
    assert other.policy_sha256 == base_of(RiskState.objects.get(session=adjusted)).sha256


def test_what_is_off_raises_no_flag_and_a_replay_says_the_same() -> None:
    session = shift(begin(make_allowed(make_exam(), switched_off=frozenset({"face"}))), 10)
    frames(session, [1, 1, *[0] * 40])
    events(session, BrowserEvent(seq=1, t_ms=41_000, name="tab_hidden", times=1))
    services.end_session(session=session, to=SessionState.SUBMITTED)
    risk = finalise(session_id=session.id)
    assert set(Flag.objects.values_list("rule", flat=True)) == {"TAB_HIDDEN", "VIDEO_GAP"}
    log = [parse_record(row.record) for row in Observation.objects.filter(session=session)]
    session.refresh_from_db()
    assert session.ended_at is not None
    again = replay(log, policy_of(risk), str(session.id), session.elapsed_ms(session.ended_at))
    assert again.digest == risk.final_digest


def test_what_is_off_is_not_computed_and_the_room_knows() -> None:
    exam = make_exam(watch_gaze=True, watch_objects=True, watch_audio=True, require_full_screen=True)
    off = frozenset({"gaze", "objects", "speech", "full_screen"})
    session = make_allowed(exam, switched_off=off)
    assert not follows_eyes(session.watched)
    assert inspecting.switched_on(session.watched) == []
    assert not inspecting.claim_check(session)
    config = page_config(session)
    keys = {one["key"] for one in config["watched"]}
    assert keys >= {"webcam", "tabs", "clipboard", "connection", "left_out"}
    assert keys.isdisjoint({"gaze", "objects", "microphone"})
    assert config["session"]["require_full_screen"] is False


def test_an_unadjusted_sitting_is_as_before() -> None:
    session = make_sitting(make_exam())
    risk = RiskState.objects.get(session=session)
    assert (risk.base_policy, session.adjustments) == (None, {})


def test_what_was_adjusted_is_told_and_never_why() -> None:
    exam = make_exam()
    session = begin(
        make_allowed(
            exam,
            extra_minutes=15,
            break_count=1,
            break_minutes=5,
            switched_off=frozenset({"gaze"}),
            patience=(("eyes", 200),),
        )
    )
    assert adjusted_words(session) == (
        "Adjusted for this candidate: 15 minutes more; 1 break of at most 5 min; "
        "these rules were off: “Eyes off the screen”; these rules waited longer: “Eyes closed”."
    )
    assert adjusted_words(make_sitting(exam)) == ""
