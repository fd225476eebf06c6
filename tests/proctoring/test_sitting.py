"""Start, end, expiry and the final result."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.errors import Conflict
from analysis.risk.log import parse_record
from analysis.risk.result import replay
from exams.models import Session
from exams.states import SessionState
from jobs.models import Job
from proctoring import jobs, services
from proctoring.models import Flag, Observation, RiskState
from proctoring.protocol import BrowserEvent
from proctoring.services import presence
from proctoring.services.risk import policy_of
from proctoring.services.sitting import GRACE
from tests.factories import make_exam
from tests.proctoring.sittings import events, frames, make_checking, make_sitting, shift
from webhooks.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]

STORY = [1] * 5 + [0] * 7 + [1] * 4 + [2] * 8 + [1] * 6


def waiting_jobs(kind: str) -> list[Job]:
    return list(Job.objects.filter(kind=kind))


def test_starting_sets_the_clock_the_policy_and_the_expiry() -> None:
    session = make_checking()
    started = services.start_session(
        session=session, device_info={"platform": "Linux"}, without_baseline=True
    )
    assert (started.state, started.device_info) == (SessionState.RUNNING, {"platform": "Linux"})
    risk = RiskState.objects.get(session=session)
    assert (risk.policy_name, risk.score_milli, risk.integrity_milli) == ("default", 0, 100_000)
    expiry = waiting_jobs("proctoring.expire")
    assert [(job.payload, job.next_attempt_at) for job in expiry] == [
        ({"session": str(session.id)}, started.deadline_at + GRACE)
    ]


def test_starting_twice_changes_nothing() -> None:
    session = make_checking()
    first = services.start_session(session=session, device_info={}, without_baseline=True)
    again = services.start_session(session=session, device_info={"other": 1}, without_baseline=True)
    assert (again.started_at, again.device_info) == (first.started_at, {})
    assert len(waiting_jobs("proctoring.expire")) == 1


def test_an_exam_whose_policy_is_gone_does_not_start() -> None:
    session = make_checking(make_exam(risk_policy="no-such-policy"))
    with pytest.raises(Conflict) as refused:
        services.start_session(session=session, device_info={}, without_baseline=True)
    assert refused.value.code == "policy_unusable"
    session.refresh_from_db()
    assert session.state == SessionState.CHECKING


def test_submitting_folds_everything_and_orders_the_result() -> None:
    session = make_sitting(minutes_ago=0.14)
    frames(session, [1] * 3 + [0] * 5)
    ended = services.end_session(session=session, to=SessionState.SUBMITTED)
    assert ended.state == SessionState.SUBMITTED
    assert not Observation.objects.filter(is_released=False).exists()
    flag = Flag.objects.get()
    assert (flag.rule, flag.is_open, flag.start_ms) == ("NO_FACE", False, 3000)
    assert flag.end_ms == ended.elapsed_ms(ended.ended_at)
    assert [job.payload for job in waiting_jobs("proctoring.finalise")] == [{"session": str(session.id)}]
    assert Event.objects.filter(type="session.submitted").count() == 1


def test_ending_twice_orders_one_result() -> None:
    session = make_sitting()
    for _ in range(2):
        services.end_session(session=session, to=SessionState.SUBMITTED)
    assert len(waiting_jobs("proctoring.finalise")) == 1


def test_a_session_that_never_started_cannot_be_submitted() -> None:
    session = make_checking()
    with pytest.raises(Conflict):
        services.end_session(session=session, to=SessionState.SUBMITTED)


def test_a_sitting_is_never_longer_than_its_deadline_whoever_ends_it() -> None:
    session = make_sitting(minutes_ago=90)
    ended = services.end_session(session=session, to=SessionState.SUBMITTED)
    assert (ended.state, ended.ended_at) == (SessionState.SUBMITTED, ended.deadline_at)


def test_expiry_waits_for_the_deadline_and_its_grace() -> None:
    session = make_sitting(minutes_ago=0)
    job = waiting_jobs("proctoring.expire")[0]
    jobs.expire(job)
    session.refresh_from_db()
    assert session.state == SessionState.RUNNING
    assert len(waiting_jobs("proctoring.expire")) == 2
    shift(session, minutes=60 + GRACE / timedelta(minutes=1))
    jobs.expire(job)
    session.refresh_from_db()
    assert (session.state, session.end_reason, session.ended_at) == (
        SessionState.EXPIRED,
        "The time of the exam was over.",
        session.deadline_at,
    )


def test_expiry_leaves_a_submitted_session_alone() -> None:
    session = make_sitting()
    services.end_session(session=session, to=SessionState.SUBMITTED)
    jobs.expire(waiting_jobs("proctoring.expire")[0])
    session.refresh_from_db()
    assert session.state == SessionState.SUBMITTED


def finish(session: Any) -> RiskState:
    services.end_session(session=session, to=SessionState.SUBMITTED)
    jobs.finalise(waiting_jobs("proctoring.finalise")[-1])
    return RiskState.objects.get(session=session)


def test_the_final_result_says_what_was_said_live() -> None:
    session = make_sitting(minutes_ago=0.5)
    frames(session, STORY)
    events(session, BrowserEvent(1, 28_500, "tab_hidden", 1))
    services.end_session(session=session, to=SessionState.SUBMITTED)
    live = list(Flag.objects.values("id", "rule", "start_ms", "end_ms", "score_milli", "delta_milli"))
    score_milli = RiskState.objects.get().score_milli
    jobs.finalise(waiting_jobs("proctoring.finalise")[0])
    risk = RiskState.objects.get()
    assert list(Flag.objects.values("id", "rule", "start_ms", "end_ms", "score_milli", "delta_milli")) == live
    assert sorted(flag["rule"] for flag in live) == ["MULTIPLE_FACES", "NO_FACE", "TAB_HIDDEN"]
    assert set(Flag.objects.values_list("in_final", "is_open")) == {(True, False)}
    assert (risk.score_milli, risk.changed_after_late_data) == (score_milli, False)
    assert risk.final["digest"] == risk.final_digest
    assert {flag["id"] for flag in risk.final["flags"]} == {str(flag["id"]) for flag in live}
    assert [job.payload for job in waiting_jobs("reports.render")] == [{"session": str(session.id)}]


def test_the_final_result_is_the_replay_of_the_stored_log() -> None:
    session = make_sitting(minutes_ago=0.5)
    frames(session, STORY)
    risk = finish(session)
    session.refresh_from_db()
    log = [parse_record(row.record) for row in Observation.objects.order_by("?")]
    again = replay(log, policy_of(risk), str(session.id), session.elapsed_ms(session.ended_at))
    assert again.to_json() == risk.final


def test_late_data_is_counted_in_the_end_and_said() -> None:
    session = make_sitting(minutes_ago=0.35)
    frames(session, [1] * 20)
    events(session, BrowserEvent(1, 2000, "tab_hidden", 1))
    assert not Flag.objects.exists()
    risk = finish(session)
    assert list(Flag.objects.values_list("rule", "in_final", "is_open")) == [("TAB_HIDDEN", True, False)]
    assert risk.changed_after_late_data is True
    assert Event.objects.filter(type="flag.raised").count() == 1


def test_a_flag_that_the_final_result_does_not_know_stays_and_is_marked() -> None:
    session = make_sitting(minutes_ago=0.5)
    frames(session, STORY)
    Observation.objects.filter(stream="video", t_ms__gte=5000, t_ms__lt=11_000).delete()
    finish(session)
    assert list(Flag.objects.values_list("rule", "in_final", "is_open")) == [
        ("NO_FACE", False, False),
        ("MULTIPLE_FACES", True, False),
    ]


def test_finalising_twice_gives_one_result() -> None:
    session = make_sitting(minutes_ago=0.5)
    frames(session, STORY)
    first = finish(session)
    flags = list(Flag.objects.values())
    jobs.finalise(waiting_jobs("proctoring.finalise")[0])
    again = RiskState.objects.get()
    assert (again.final, again.changed_after_late_data) == (first.final, False)
    assert list(Flag.objects.values()) == flags
    assert Event.objects.filter(type="flag.raised").count() == 2


def test_events_after_the_end_change_the_result_and_say_so() -> None:
    session = make_sitting(minutes_ago=0.35)
    frames(session, [1] * 20)
    first = finish(session)
    session.refresh_from_db()
    events(session, BrowserEvent(1, 2000, "tab_hidden", 1))
    jobs.finalise(waiting_jobs("proctoring.finalise")[-1])
    risk = RiskState.objects.get()
    assert risk.final_digest != first.final_digest
    assert (risk.changed_after_late_data, Flag.objects.get().rule) == (True, "TAB_HIDDEN")
    assert len(waiting_jobs("reports.render")) == 2
    assert risk.last_seen_at is not None
    assert risk.last_seen_at <= timezone.now()


def remarks(session: Session) -> list[tuple[str, dict[str, str]]]:
    rows = Observation.objects.filter(session=session, stream="server").order_by("seq")
    return [(row.record["ev"], row.record["detail"]) for row in rows]


def test_a_camera_called_like_a_program_is_remarked_once_and_costs_nothing() -> None:
    session = make_checking()
    label = {"camera_label": "Anna's OBS Virtual Camera"}
    session = services.start_session(session=session, device_info=label, without_baseline=True)
    assert remarks(session) == [("virtual_camera", {"program": "OBS"})]
    presence.note_entered(session=session, channel="again", device=label)
    assert len(remarks(session)) == 1
    presence.note_entered(session=session, channel="other", device={"camera_label": "DroidCam Source 3"})
    assert [detail for _event, detail in remarks(session)] == [
        {"program": "OBS"},
        {"program": "DroidCam"},
    ]
    services.end_session(session=session, to=SessionState.SUBMITTED)
    assert not Flag.objects.exists()
    assert RiskState.objects.get(session=session).score_milli == 0


@pytest.mark.parametrize("label", ["HD Webcam", "", 5])
def test_a_camera_called_like_a_camera_is_not_remarked(label: object) -> None:
    session = make_checking()
    services.start_session(session=session, device_info={"camera_label": label}, without_baseline=True)
    assert remarks(session) == []


def test_nothing_is_remarked_before_the_start() -> None:
    session = make_checking()
    presence.note_entered(session=session, channel="first", device={"camera_label": "OBS Camera"})
    assert remarks(session) == []
