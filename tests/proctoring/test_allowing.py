"""Allowances while people sit: time at once, told to the room and noted in the log; the rest at a start."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from exams.allowing import AllowanceTerms
from exams.models import Allowance, Session
from proctoring import live
from proctoring.models import Observation, RiskState
from proctoring.services import allowing
from tests.factories import make_exam, make_session
from tests.proctoring.sittings import make_checking, make_sitting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]


def terms(**changes: Any) -> AllowanceTerms:
    return AllowanceTerms(reason="The letter of a doctor.", **changes)


def grant(session: Session, **changes: Any) -> Allowance:
    return allowing.grant_allowance(
        candidate=session.candidate, exam=session.exam, terms=terms(**changes), actor=None
    )


def remarks() -> list[tuple[str, Any]]:
    rows = Observation.objects.filter(stream="server", record__ev="time_given").order_by("seq")
    return [(str(row.session_id), row.record["detail"]["minutes"]) for row in rows]


def test_time_granted_under_way_moves_the_deadline_and_stands_in_the_log() -> None:
    session = make_sitting(make_exam(duration_minutes=60))
    before = session.deadline_at
    policy = RiskState.objects.get(session=session).policy_sha256
    grant(session, extra_minutes=15, switched_off=frozenset({"pose"}))
    grant(session, extra_minutes=25)
    session.refresh_from_db()
    assert before is not None
    assert session.deadline_at == before + timedelta(minutes=25)
    assert remarks() == [(str(session.id), 15), (str(session.id), 10)]
    assert RiskState.objects.get(session=session).policy_sha256 == policy


def test_the_room_is_told(
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    told: list[tuple[str, Any]] = []
    monkeypatch.setattr(live, "tell_room", lambda **kind: told.append((kind["kind"], kind["session_id"])))
    session = make_sitting()
    with django_capture_on_commit_callbacks(execute=True):
        grant(session, extra_minutes=15)
    assert sorted(told) == [("state", session.id), ("told", session.id)]


def test_what_is_taken_back_under_way_stays_given() -> None:
    session = make_sitting()
    allowance = grant(session, extra_minutes=15)
    session.refresh_from_db()
    deadline = session.deadline_at
    allowing.withdraw_allowance(allowance=allowance, actor=None)
    session.refresh_from_db()
    assert session.deadline_at == deadline
    assert len(remarks()) == 1


def test_many_at_once_and_back() -> None:
    exam = make_exam()
    sitting, checking, waiting = make_sitting(exam), make_checking(exam), make_session(exam)
    people = [session.candidate for session in (sitting, checking, waiting)]
    wanted = terms(extra_percent=50, switched_off=frozenset({"eyes"}))
    batch = allowing.grant_to_many(candidates=people, exam=exam, terms=wanted, actor=None)
    checking.refresh_from_db()
    assert checking.adjustments == {"extra_ms": 1_800_000, "off": ["eyes"]}
    assert remarks() == [(str(sitting.id), 30)]
    assert len(allowing.undo_batch(batch=batch, actor=None)) == 3
    checking.refresh_from_db()
    assert checking.adjustments == {"off": ["eyes"]}
    assert not Allowance.objects.filter(ended_at__isnull=True).exists()
    assert allowing.undo_batch(batch=batch, actor=None) == []


def test_over_is_over() -> None:
    session = make_sitting()
    Session.objects.filter(id=session.id).update(state="submitted", ended_at=timezone.now())
    grant(session, extra_minutes=15)
    session.refresh_from_db()
    assert (session.adjustments, remarks()) == ({}, [])
