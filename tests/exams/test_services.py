"""What changes exams, candidates and sessions: the rows, the audit entry, the event."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.errors import Conflict, DomainError
from accounts.models import AuditEntry
from exams import services
from exams.models import Candidate, Consent, Exam, Invitation, Session
from exams.notices import notice_for
from exams.services import CandidateDetails, ExamSettings
from exams.states import SessionState
from tests.conftest import Person
from tests.factories import make_exam, make_running_session, make_session
from webhooks.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]

OPENS = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)


def last_entry() -> tuple[str, str, str, dict[str, Any]]:
    entry = AuditEntry.objects.order_by("-number")[0]
    return entry.actor, entry.action, entry.subject, entry.detail


def events(event_type: str) -> list[dict[str, Any]]:
    return list(Event.objects.filter(type=event_type).order_by("created_at").values_list("data", flat=True))


def test_an_exam_keeps_every_setting_and_says_who_made_it(alice: Person) -> None:
    settings = ExamSettings(
        title="Logic I",
        duration_minutes=90,
        opens_at=OPENS,
        closes_at=OPENS + timedelta(hours=8),
        instructions="Think first.",
        content_url="https://quiz.example/1",
        allowed_tabs=2,
        require_full_screen=True,
        watch_webcam=False,
        risk_policy="seed1",
    )
    exam = services.create_exam(settings=settings, actor=alice.user, ip="192.0.2.77")

    stored = Exam.objects.get()
    assert {name: getattr(stored, name) for name in ExamSettings.__slots__} == {
        name: getattr(settings, name) for name in ExamSettings.__slots__
    }
    assert stored.created_by == alice.user
    assert stored.institution == alice.institution
    assert last_entry() == (f"user:{alice.user.id}", "exam.created", f"exam:{exam.id}", {})
    assert AuditEntry.objects.order_by("-number")[0].ip == "192.0.2.0/24"


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"title": ""}, "title", "This field cannot be blank."),
        ({"title": "x" * 201}, "title", "at most 200 characters"),
        ({"title": "a\0b"}, "title", "A NUL character is not allowed here."),
        ({"duration_minutes": 0}, "duration_minutes", "greater than or equal to 1"),
        ({"duration_minutes": 1441}, "duration_minutes", "less than or equal to 1440"),
        ({"content_url": "javascript:alert(1)"}, "content_url", "valid URL"),
        ({"allowed_tabs": 21}, "allowed_tabs", "less than or equal to 20"),
        ({"opens_at": OPENS, "closes_at": OPENS}, None, "The exam must close after it opens."),
    ],
)
def test_an_exam_that_makes_no_sense_is_refused(
    changes: dict[str, Any], field: str | None, words: str
) -> None:
    with pytest.raises(DomainError) as refused:
        make_exam(**changes)
    assert (refused.value.code, refused.value.field) == ("invalid", field)
    assert words in refused.value.message
    assert not Exam.objects.exists()


def test_changing_an_exam_names_what_changed(alice: Person) -> None:
    exam = make_exam()
    services.change_exam(
        exam=exam, settings=ExamSettings(title="Logic II", duration_minutes=45), actor=alice.user
    )
    exam.refresh_from_db()
    assert (exam.title, exam.duration_minutes) == ("Logic II", 45)
    assert last_entry() == (
        f"user:{alice.user.id}",
        "exam.changed",
        f"exam:{exam.id}",
        {"fields": ["duration_minutes", "title"]},
    )


def test_saving_an_exam_as_it_is_changes_and_records_nothing(alice: Person) -> None:
    exam, stale = make_exam(), Exam.objects.get()
    Exam.objects.update(instructions="Written meanwhile.")
    services.change_exam(
        exam=stale, settings=ExamSettings(title="Logic I", duration_minutes=60), actor=alice.user
    )
    exam.refresh_from_db()
    assert exam.instructions == "Written meanwhile."
    assert not AuditEntry.objects.filter(action="exam.changed").exists()


@pytest.mark.parametrize(
    "watched",
    [
        "watch_webcam",
        "watch_audio",
        "watch_identity",
        "watch_objects",
        "watch_gaze",
        "watch_screen",
        "ask_id_card",
        "keep_id_card",
    ],
)
def test_what_is_watched_does_not_change_under_people_who_agreed(alice: Person, watched: str) -> None:
    off = ExamSettings(title="Logic I", duration_minutes=60, watch_webcam=False)
    settings = replace(off, **{watched: True})
    session = make_session(make_exam(watch_webcam=False))
    services.change_exam(exam=session.exam, settings=off, actor=alice.user)
    services.give_consent(session=session, notice=notice_for(session.exam))
    with pytest.raises(Conflict) as refused:
        services.change_exam(exam=session.exam, settings=settings, actor=alice.user)
    assert (refused.value.code, refused.value.field) == ("already_agreed", watched)
    assert getattr(Exam.objects.get(), watched) is False


def test_what_is_recorded_does_not_change_under_people_who_agreed(alice: Person) -> None:
    session = make_session()
    services.give_consent(session=session, notice=notice_for(session.exam))
    settings = ExamSettings(title="Logic I", duration_minutes=60, recording="full")
    with pytest.raises(Conflict) as refused:
        services.change_exam(exam=session.exam, settings=settings, actor=alice.user)
    assert (refused.value.code, refused.value.field) == ("already_agreed", "recording")


def test_a_candidate_gets_a_session_a_link_and_an_event(alice: Person) -> None:
    exam = make_exam()
    session = services.add_candidate(
        exam=exam,
        details=CandidateDetails(external_id=" 17 ", name=" Ada ", email="Ada@Example.com"),
        actor=alice.user,
    )
    candidate = session.candidate
    assert (candidate.external_id, candidate.name, candidate.email) == ("17", "Ada", "ada@example.com")
    assert session.state == SessionState.INVITED
    assert Invitation.objects.get().session == session
    assert events("session.created") == [{"session": str(session.id), "exam": str(exam.id)}]
    assert last_entry() == (f"user:{alice.user.id}", "invitation.issued", f"session:{session.id}", {})


def test_a_known_external_id_keeps_its_row_and_takes_the_new_name() -> None:
    first = services.add_candidate(
        exam=make_exam(), details=CandidateDetails(external_id="17", name="Ada"), actor=None
    )
    second = services.add_candidate(
        exam=make_exam(), details=CandidateDetails(external_id="17", name="Ada Lovelace"), actor=None
    )
    assert first.candidate_id == second.candidate_id
    assert Candidate.objects.get().name == "Ada Lovelace"


def test_nobody_sits_the_same_exam_twice() -> None:
    session = make_session(name="Dana")
    details = CandidateDetails(external_id=session.candidate.external_id, name="Somebody else")
    with pytest.raises(Conflict) as refused:
        services.add_candidate(exam=session.exam, details=details, actor=None)
    assert (refused.value.code, refused.value.field) == ("already_seated", "external_id")
    assert Candidate.objects.get().name == "Dana"
    assert Session.objects.count() == 1


@pytest.mark.parametrize(
    ("details", "field"),
    [
        (CandidateDetails(external_id="", name="Ada"), "external_id"),
        (CandidateDetails(external_id="1", name="  "), "name"),
        (CandidateDetails(external_id="1", name="Ada", email="ada"), "email"),
        (CandidateDetails(external_id="1" * 101, name="Ada"), "external_id"),
    ],
)
def test_a_candidate_without_what_is_needed_is_refused(details: CandidateDetails, field: str) -> None:
    with pytest.raises(DomainError) as refused:
        services.add_candidate(exam=make_exam(), details=details, actor=None)
    assert refused.value.field == field
    assert not Candidate.objects.exists()


def test_a_list_is_seated_whole_with_one_audit_entry(alice: Person) -> None:
    exam = make_exam()
    rows = [CandidateDetails(external_id=str(number), name=f"Person {number}") for number in range(3)]
    sessions = services.add_candidates(exam=exam, rows=rows, actor=alice.user)
    assert [session.candidate.name for session in sessions] == ["Person 0", "Person 1", "Person 2"]
    assert Invitation.objects.filter(session__in=[session.id for session in sessions]).count() == 3
    assert len(events("session.created")) == 3
    assert last_entry() == (
        f"user:{alice.user.id}",
        "candidates.imported",
        f"exam:{exam.id}",
        {"count": 3},
    )


def test_a_list_with_one_seated_person_seats_nobody() -> None:
    session = make_session()
    rows = [
        CandidateDetails(external_id="new", name="New"),
        CandidateDetails(external_id=session.candidate.external_id, name="Old"),
    ]
    with pytest.raises(Conflict, match="already a candidate"):
        services.add_candidates(exam=session.exam, rows=rows, actor=None)
    assert not Candidate.objects.filter(external_id="new").exists()


def test_consent_keeps_the_words_and_opens_the_camera_check() -> None:
    session = make_session()
    notice = notice_for(session.exam)
    services.give_consent(session=session, notice=notice)
    services.give_consent(session=session, notice=notice)
    consent = Consent.objects.get()
    assert (consent.notice_version, consent.notice_sha256, consent.lawful_basis) == (
        notice.version,
        notice.sha256,
        "",
    )
    assert Session.objects.get().state == SessionState.CHECKING
    assert last_entry() == (
        f"candidate:{session.candidate_id}",
        "consent.given",
        f"session:{session.id}",
        {"notice": notice.version, "sha256": notice.sha256},
    )
    assert AuditEntry.objects.filter(action="consent.given").count() == 1


def test_the_clock_starts_once() -> None:
    session = make_running_session()
    assert session.deadline_at is not None
    assert session.started_at is not None
    assert session.deadline_at - session.started_at == timedelta(minutes=60)
    again = services.start(session=session, device_info={"user_agent": "other"})
    assert (again.started_at, again.device_info) == (session.started_at, {"user_agent": "test"})
    assert events("session.started") == [{"session": str(session.id), "exam": str(session.exam_id)}]


@pytest.mark.parametrize("state", [SessionState.PAUSED, SessionState.SUBMITTED])
def test_no_second_start_resets_the_clock(state: SessionState) -> None:
    session = make_running_session()
    Session.objects.update(state=state)
    with pytest.raises(Conflict) as refused:
        services.start(session=session, device_info={}, without_baseline=True)
    assert refused.value.code == "already_started"
    assert (Session.objects.get().started_at, Session.objects.get().state) == (session.started_at, state)


def test_the_deadline_is_not_after_the_exam_closes() -> None:
    closes_at = timezone.now() + timedelta(minutes=10)
    session = make_running_session(make_exam(closes_at=closes_at))
    assert session.deadline_at == closes_at


def test_nothing_starts_without_consent() -> None:
    session = make_session()
    with pytest.raises(Conflict) as refused:
        services.start(session=session, device_info={})
    assert refused.value.code == "consent_required"
    assert Session.objects.get().started_at is None


def test_nothing_starts_before_the_camera_check_is_done() -> None:
    session = make_session()
    services.give_consent(session=session, notice=notice_for(session.exam))
    with pytest.raises(Conflict) as refused:
        services.start(session=session, device_info={})
    assert refused.value.code == "check_unfinished"


def test_nothing_starts_after_the_exam_closed() -> None:
    session = make_session()
    services.give_consent(session=session, notice=notice_for(session.exam))
    Exam.objects.update(closes_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(Conflict) as refused:
        services.start(session=session, device_info={}, without_baseline=True)
    assert refused.value.code == "exam_closed"


@pytest.mark.parametrize("to", [SessionState.SUBMITTED, SessionState.EXPIRED, SessionState.TERMINATED])
def test_an_end_is_said_once(to: SessionState) -> None:
    session = make_running_session()
    ended = services.end(session=session, to=to, reason="because")
    services.end(session=session, to=to, reason="again")
    assert (ended.state, ended.end_reason, ended.has_ended) == (to, "because", True)
    assert events(f"session.{to.value}") == [{"session": str(session.id), "exam": str(session.exam_id)}]
    assert last_entry() == (
        "system",
        f"session.{to.value}",
        f"session:{session.id}",
        {"reason": "because"},
    )


def test_an_end_does_not_change_another_end() -> None:
    session = make_running_session()
    services.end(session=session, to=SessionState.SUBMITTED)
    with pytest.raises(Conflict, match="“Submitted” cannot become “Terminated”"):
        services.end(session=session, to=SessionState.TERMINATED, reason="late")
    session.refresh_from_db()
    assert (session.state, session.end_reason) == (SessionState.SUBMITTED, "")


def test_only_what_has_not_started_is_cancelled(alice: Person) -> None:
    session = services.cancel(session=make_session(), actor=alice.user)
    assert session.state == SessionState.CANCELLED
    assert last_entry() == (f"user:{alice.user.id}", "session.cancelled", f"session:{session.id}", {})
    with pytest.raises(Conflict) as refused:
        services.cancel(session=make_running_session(), actor=alice.user)
    assert refused.value.code == "already_started"
