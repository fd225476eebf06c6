"""What a proctor does from the session page while a sitting runs."""

import re
from datetime import timedelta
from typing import Any

import pytest

from accounts.tenancy import tenant_scope
from exams.models import Session
from exams.states import SessionState
from proctoring.models import Observation
from tests.conftest import Person
from tests.factories import make_running_session

pytestmark = pytest.mark.django_db


@pytest.fixture
def running(alice: Person) -> Session:
    with tenant_scope(alice.institution.id):
        return make_running_session()


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def address(session: Session, what: str = "") -> str:
    return f"/sessions/{session.id}/intervene/{what}"


def now(person: Person, session: Session) -> Session:
    with tenant_scope(person.institution.id):
        return Session.objects.get(id=session.id)


def remarks(person: Person, session: Session) -> list[tuple[str, dict[str, Any]]]:
    with tenant_scope(person.institution.id):
        rows = Observation.objects.filter(session=session, stream="server").order_by("seq")
        return [(row.record["ev"], row.record.get("detail", {})) for row in rows]


def test_a_sitting_is_paused_and_goes_on(bob: Person, running: Session) -> None:
    assert "Pause the sitting" in text_of(bob.client.get(address(running)))

    page = text_of(bob.client.post(address(running, "pause/"), {"to": "paused"}, follow=True))
    assert "is paused: the clock stands still" in page
    assert now(bob, running).state == SessionState.PAUSED
    assert "Let it go on" in text_of(bob.client.get(address(running)))

    again = text_of(bob.client.post(address(running, "pause/"), {"to": "running"}, follow=True))
    assert "goes on." in again
    assert now(bob, running).state == SessionState.RUNNING
    assert [name for name, _ in remarks(bob, running)] == ["session_paused", "session_resumed"]


def test_time_is_given(bob: Person, running: Session) -> None:
    page = text_of(bob.client.post(address(running, "time/"), {"minutes": "10"}, follow=True))
    assert "Dana Candidate has 10 minutes more." in page
    before, after = running.deadline_at, now(bob, running).deadline_at
    assert before is not None
    assert after == before + timedelta(minutes=10)


@pytest.mark.parametrize("minutes", ["", "0", "-5", "601", "ten", "1.5"])
def test_time_that_is_none_is_refused_in_words(bob: Person, running: Session, minutes: str) -> None:
    response = bob.client.post(address(running, "time/"), {"minutes": minutes})
    assert response.status_code == 422
    assert "errorlist" in text_of(response)
    assert now(bob, running).deadline_at == running.deadline_at


def test_a_warning_is_kept_in_the_log(bob: Person, running: Session) -> None:
    page = text_of(bob.client.post(address(running, "warn/"), {"message": "Please look up."}, follow=True))
    assert "Dana Candidate is warned." in page
    assert remarks(bob, running)[0][1]["message"] == "Please look up."


@pytest.mark.parametrize("message", ["", "   ", "x" * 501, "a\0b", "a\x07b"])
def test_a_warning_that_is_none_is_refused_in_words(bob: Person, running: Session, message: str) -> None:
    response = bob.client.post(address(running, "warn/"), {"message": message})
    assert response.status_code == 422
    assert "errorlist" in text_of(response)
    assert remarks(bob, running) == []


def test_what_has_ended_is_left_alone(alice: Person, bob: Person, running: Session) -> None:
    with tenant_scope(alice.institution.id):
        Session.objects.filter(id=running.id).update(state=SessionState.SUBMITTED)
    for what in ("pause/", "time/", "warn/"):
        assert bob.client.post(address(running, what), {"minutes": "5", "message": "x"}).status_code == 409
