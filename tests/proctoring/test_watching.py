"""Who watches what, by name; and what they did, rebuilt from rows."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts import services as accounts
from accounts.models import User
from accounts.roles import Role
from exams.models import Exam, Session
from exams.states import SessionState
from proctoring import services
from proctoring.acts import Act, recent_acts
from proctoring.models import Watching
from proctoring.services import chatting, intervening, watching
from proctoring.watchers import Watcher, is_attended, watchers_of
from tests.conftest import PASSWORD, Person
from tests.factories import make_exam
from tests.proctoring.sittings import make_sitting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]


def begin(user: User, exam: Exam, channel: str, session: Session | None = None) -> Watching:
    return watching.begin_watching(
        person_id=user.id, exam_id=exam.id, session_id=session.id if session else None, channel=channel
    )


def watched(exam: Exam) -> list[Watcher]:
    return watchers_of(exam.id, timezone.now())


def test_a_person_is_named_once_and_where_they_look(alice: Person, bob: Person) -> None:
    session, other_exam = make_sitting(), make_exam()
    begin(alice.user, session.exam, "wall")
    begin(bob.user, session.exam, "wall-too")
    begin(bob.user, session.exam, "page", session)
    begin(bob.user, other_exam, "elsewhere")
    assert watched(session.exam) == [
        Watcher(alice.user.id, "alice@north.example", None),
        Watcher(bob.user.id, "bob@north.example", session.id),
    ]
    watching.look_at(channel="wall", session_id=session.id)
    assert watched(session.exam)[0].session_id == session.id
    watching.look_at(channel="wall", session_id=make_sitting().id)
    watching.look_at(channel="nobody", session_id=session.id)
    assert watched(session.exam)[0].session_id == session.id
    watching.look_at(channel="wall", session_id=None)
    watching.stop_watching(channel="page")
    watching.stop_watching(channel="page")
    assert [watcher.session_id for watcher in watched(session.exam)] == [None, None]


def test_a_page_that_is_not_heard_of_is_gone(alice: Person) -> None:
    exam = make_exam()
    begin(alice.user, exam, "old")
    Watching.objects.update(seen_at=timezone.now() - timedelta(seconds=90))
    assert watched(exam) == []
    watching.note_watching(channel="old")
    assert len(watched(exam)) == 1
    Watching.objects.update(seen_at=timezone.now() - timedelta(minutes=5))
    begin(alice.user, exam, "new")
    assert list(Watching.objects.values_list("channel", flat=True)) == ["new"]


def test_somebody_is_there_only_if_they_may_answer(alice: Person) -> None:
    exam = make_exam()
    auditor = accounts.add_member(email="audrey@north.example", password=PASSWORD, role=Role.AUDITOR)
    begin(auditor.user, exam, "auditor")
    assert not is_attended(exam.id, timezone.now())
    begin(alice.user, exam, "owner")
    assert is_attended(exam.id, timezone.now())


def test_what_was_done_is_rebuilt_from_the_audit_log(alice: Person, bob: Person) -> None:
    session = make_sitting(name="Bea")
    alice.user.name = "Alice Ames"
    alice.user.save()
    intervening.pause_session(session=session, actor=alice.user)
    intervening.resume_session(session=session, actor=bob.user)
    intervening.extend_session(session=session, minutes=5, actor=alice.user)
    chatting.write_as_proctor(session=session, client_id=uuid.uuid4(), text="Hello", actor=bob.user)
    intervening.warn_session(session=make_sitting(), message="Elsewhere", actor=bob.user)
    services.end_session(
        session=session, to=SessionState.TERMINATED, reason="Left", actor=f"user:{alice.user.id}"
    )
    acts = recent_acts(session.exam, timezone.now())
    assert [(act.actor, act.action, act.candidate, act.minutes) for act in acts] == [
        ("Alice Ames", "session.terminated", "Bea", None),
        ("bob@north.example", "session.message_sent", "Bea", None),
        ("Alice Ames", "session.time_given", "Bea", 5),
        ("bob@north.example", "session.resumed", "Bea", None),
        ("Alice Ames", "session.paused", "Bea", None),
    ]
    assert {act.session for act in acts} == {str(session.id)}
    assert recent_acts(session.exam, timezone.now() + timedelta(hours=2)) == []


def test_each_act_is_told_as_it_happens_and_the_candidates_own_is_not(
    alice: Person, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    told: list[dict[str, Any]] = []
    monkeypatch.setattr("proctoring.live._to_groups", lambda groups, hint: told.append(hint["message"]))
    session = make_sitting(name="Bea")
    with django_capture_on_commit_callbacks(execute=True):
        intervening.pause_session(session=session, actor=alice.user)
        services.end_session(
            session=session, to=SessionState.SUBMITTED, actor=f"candidate:{session.candidate_id}"
        )
    acts = [message["act"] for message in told if message["type"] == "act"]
    assert [Act(**act).action for act in acts] == ["session.paused"]
    assert (acts[0]["actor"], acts[0]["candidate"]) == ("alice@north.example", "Bea")
