"""Allowances: what is granted, what it changes for a sitting, and who never learns why."""

import json
import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.errors import DomainError
from accounts.models import AuditEntry
from analysis.risk.areas import Adjustment
from exams import allowing, services
from exams.adjustments import Adjustments, Breaks, adjustments_of, granted
from exams.allowing import AllowanceTerms, sessions_touched, settle
from exams.models import Allowance, Consent, Exam, Session
from exams.notices import notice_for, notice_of
from exams.services import CandidateDetails
from tests.conftest import Person
from tests.factories import make_exam, make_running_session, make_session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]

WHY = "A broken arm, says the letter of 3 May."
TERMS = AllowanceTerms(extra_minutes=15, reason=WHY)


def grant(session: Session, *, everywhere: bool = False, **changes: Any) -> Allowance:
    exam = None if everywhere else session.exam
    terms = replace(AllowanceTerms(reason=WHY), **changes)
    return allowing.grant(candidate=session.candidate, exam=exam, terms=terms, actor=None)


def agree(session: Session) -> Session:
    services.give_consent(session=session, notice=notice_of(session))
    session.refresh_from_db()
    return session


def begin(session: Session) -> Session:
    return services.start(session=agree(session), device_info={}, without_baseline=True)


def test_a_grant_is_kept_and_the_audit_log_does_not_say_why(alice: Person) -> None:
    session = make_session()
    terms = AllowanceTerms(
        extra_percent=25,
        break_count=2,
        break_minutes=5,
        switched_off=frozenset({"gaze"}),
        patience=(("pose", 200),),
        reason=f" {WHY} ",
    )
    kept = allowing.grant(
        candidate=session.candidate, exam=session.exam, terms=terms, actor=alice.user, ip="192.0.2.77"
    )
    assert (kept.extra_percent, kept.switched_off, kept.patience) == (25, ["gaze"], {"pose": 200})
    assert (kept.reason, kept.granted_by, kept.ended_at) == (WHY, alice.user, None)
    entry = AuditEntry.objects.order_by("-number")[0]
    assert (entry.action, entry.subject) == ("allowance.granted", f"allowance:{kept.id}")
    assert entry.detail == {
        "candidate": str(session.candidate_id),
        "exam": str(session.exam_id),
        "extra_percent": 25,
        "break_count": 2,
        "break_minutes": 5,
        "switched_off": ["gaze"],
        "patience": {"pose": 200},
    }


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"extra_minutes": 0}, "nothing_granted", None),
        ({"extra_minutes": 601}, "out_of_range", "extra_minutes"),
        ({"extra_percent": 25}, "time_twice", "extra_percent"),
        ({"break_count": 1}, "break_half", "break_minutes"),
        ({"break_minutes": 5}, "break_half", "break_minutes"),
        ({"reason": "  "}, "reason_wrong", "reason"),
        ({"reason": "x" * 2001}, "reason_wrong", "reason"),
        ({"reason": "a\0b"}, "reason_wrong", "reason"),
        ({"until": timezone.now() - timedelta(seconds=1)}, "until_past", "until"),
        ({"switched_off": frozenset({"smell"})}, "area_wrong", None),
        ({"patience": (("tabs", 200),)}, "area_wrong", None),
        ({"patience": (("pose", 20),)}, "area_wrong", None),
        ({"switched_off": frozenset({"pose"}), "patience": (("pose", 200),)}, "area_twice", None),
    ],
)
def test_what_cannot_be_granted_is_refused_in_words(
    changes: dict[str, Any], code: str, field: str | None
) -> None:
    session = make_session()
    with pytest.raises(DomainError) as refused:
        allowing.grant(candidate=session.candidate, exam=None, terms=replace(TERMS, **changes), actor=None)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert not Allowance.objects.exists()


def test_the_one_for_the_exam_goes_before_the_one_for_all_exams() -> None:
    session, now = make_session(make_exam(duration_minutes=50)), timezone.now()
    assert granted(session, now) == Adjustments()
    grant(session, everywhere=True, extra_percent=25)
    assert granted(session, now).extra_minutes == 13
    grant(session, extra_minutes=5, until=now + timedelta(hours=1))
    assert granted(session, now).extra_minutes == 5
    assert granted(session, now + timedelta(hours=2)).extra_minutes == 13
    assert granted(make_session(name="Somebody Else"), now) == Adjustments()


def test_a_new_grant_takes_the_place_of_the_old_one() -> None:
    session = make_session()
    first, second = grant(session, extra_minutes=5), grant(session, extra_minutes=10)
    first.refresh_from_db()
    assert first.ended_at is not None
    assert second.replaces == first
    assert granted(session, timezone.now()).extra_minutes == 10
    allowing.withdraw(allowance=second, actor=None)
    assert granted(session, timezone.now()) == Adjustments()
    ended_at = Allowance.objects.get(id=second.id).ended_at
    assert allowing.withdraw(allowance=second, actor=None).ended_at == ended_at


def test_more_time_counts_beyond_the_close_of_the_exam() -> None:
    closes_at = timezone.now() + timedelta(minutes=30)
    session = make_session(make_exam(duration_minutes=60, closes_at=closes_at))
    grant(session, extra_minutes=15)
    begun = begin(session)
    assert begun.deadline_at == closes_at + timedelta(minutes=15)
    assert begun.adjustments == {"extra_ms": 900_000}


def test_what_is_left_out_is_not_in_the_notice_and_not_watched() -> None:
    watched = {"watch_identity", "watch_objects", "watch_gaze", "watch_audio", "ask_id_card"}
    exam = make_exam(**dict.fromkeys(watched, True))
    session = make_session(exam)
    grant(session, switched_off=frozenset({"gaze", "speech", "identity", "clipboard"}))
    keys = {one.key for one in notice_of(session).watched}
    assert keys >= {"webcam", "objects", "tabs", "connection", "left_out"}
    assert keys.isdisjoint({"gaze", "microphone", "identity", "id_card", "clipboard"})
    seen = agree(session).watched
    assert (seen.watch_gaze, seen.watch_audio, seen.watch_identity, seen.wants_id_card) == (False,) * 4
    assert (seen.watch_webcam, seen.watch_objects) == (True, True)
    assert Exam.objects.get().watch_gaze


def test_without_the_camera_the_check_is_not_asked_for() -> None:
    session = make_session(make_exam(watch_gaze=True))
    grant(session, switched_off=frozenset({"camera"}))
    begun = services.start(session=agree(session), device_info={})
    assert begun.state == "running"
    assert not begun.watched.watch_webcam
    assert not begun.watched.watch_gaze


def test_what_was_off_at_the_consent_stays_off() -> None:
    session = make_session(make_exam(watch_gaze=True))
    allowance = grant(session, switched_off=frozenset({"gaze"}), extra_minutes=5)
    agree(session)
    assert session.adjustments == {"extra_ms": 300_000, "off": ["gaze"]}
    allowing.withdraw(allowance=allowance, actor=None)
    begun = services.start(session=session, device_info={}, without_baseline=True)
    assert begun.adjustments == {"off": ["gaze"]}
    assert Consent.objects.get().notice_sha256 == notice_of(begun).sha256


def test_what_is_granted_during_the_check_counts_from_the_start() -> None:
    session = agree(make_session())
    grant(session, switched_off=frozenset({"camera"}))
    assert settle(sessions=sessions_touched([session.candidate_id], session.exam)) == []
    session.refresh_from_db()
    assert session.adjustments == {"off": ["camera"]}
    assert "webcam" not in [one.key for one in notice_of(session).watched]


def test_under_way_time_and_breaks_grow_at_once_and_detection_stays() -> None:
    session = make_running_session()
    before = session.deadline_at
    assert before is not None
    grant(
        session,
        everywhere=True,
        extra_minutes=10,
        break_count=1,
        break_minutes=5,
        switched_off=frozenset({"pose"}),
    )
    given = settle(sessions=sessions_touched([session.candidate_id], None))
    assert [(one.session.id, one.minutes) for one in given] == [(session.id, 10)]
    session.refresh_from_db()
    assert session.deadline_at == before + timedelta(minutes=10)
    assert adjustments_of(session) == Adjustments(extra_ms=600_000, breaks=Breaks(1, 5))
    assert settle(sessions=[session]) == []

    for allowance in Allowance.objects.filter(ended_at__isnull=True):
        allowing.withdraw(allowance=allowance, actor=None)
    settle(sessions=[session])
    session.refresh_from_db()
    assert session.deadline_at == before + timedelta(minutes=10)


def test_many_are_granted_the_same_and_it_can_be_undone(alice: Person) -> None:
    exam = make_exam()
    sessions = [make_session(exam) for _ in range(3)]
    earlier = grant(sessions[0], extra_minutes=5)
    people = [session.candidate for session in sessions]
    batch = allowing.grant_many(candidates=people, exam=exam, terms=TERMS, actor=alice.user)
    now = timezone.now()
    assert [granted(session, now).extra_minutes for session in sessions] == [15, 15, 15]
    entry = AuditEntry.objects.order_by("-number")[0]
    assert (entry.action, entry.detail["count"]) == ("allowance.granted_to_many", 3)
    assert WHY not in json.dumps(list(AuditEntry.objects.values_list("detail", flat=True)))

    allowing.withdraw(allowance=Allowance.objects.get(candidate=people[2], batch=batch), actor=None)
    assert len(allowing.undo(batch=batch, actor=alice.user)) == 2
    assert [granted(session, now).extra_minutes for session in sessions] == [5, 0, 0]
    earlier.refresh_from_db()
    assert earlier.ended_at is None
    assert allowing.undo(batch=batch, actor=alice.user) == []
    assert allowing.undo(batch=uuid.uuid4(), actor=alice.user) == []


def test_nobody_or_too_many_are_refused() -> None:
    with pytest.raises(DomainError, match="between 1 and 5000"):
        allowing.grant_many(candidates=[], exam=None, terms=TERMS, actor=None)


def test_adjustments_survive_as_json() -> None:
    adjustments = Adjustments(
        extra_ms=60_000,
        breaks=Breaks(2, 5),
        detection=Adjustment(off=frozenset({"gaze"}), patience=(("eyes", 150), ("pose", 200))),
    )
    told = json.loads(json.dumps(adjustments.to_json()))
    assert Adjustments.from_json(told) == adjustments
    assert Adjustments().to_json() == {}


def test_without_an_allowance_the_notice_is_that_of_the_exam() -> None:
    session = make_session(make_exam(watch_audio=True))
    services.add_candidate(
        exam=session.exam, details=CandidateDetails(external_id="n", name="Next"), actor=None
    )
    assert notice_of(session) == notice_for(session.exam)
