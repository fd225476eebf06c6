"""A suspended institution: nothing new begins, what has begun goes on, and everybody is told in words."""

import pytest
from django.test import Client

from accounts import suspending
from accounts.errors import DomainError, Forbidden
from accounts.models import AuditEntry, Institution
from accounts.tenancy import tenant_scope
from exams import invitations, services
from exams.models import Session
from exams.notices import notice_for
from exams.states import SessionState
from tests.conftest import Person
from tests.factories import make_running_session, make_session

pytestmark = pytest.mark.usefixtures("scope")


def suspend(alice: Person, reason: str = "Unpaid since May") -> Institution:
    return suspending.suspend(institution=alice.institution, reason=reason, actor=None)


def test_its_members_are_told_why_a_page_does_not_open_and_may_leave(alice: Person) -> None:
    suspend(alice)
    answer = alice.client.get("/exams/")
    assert answer.status_code == 403
    assert "Your institution is suspended." in answer.content.decode()
    assert alice.client.get("/account/").status_code == 200
    assert alice.client.post("/logout/").status_code == 302


def test_the_api_answers_with_a_code(alice: Person) -> None:
    suspend(alice)
    answer = alice.client.get("/api/v1/exams/")
    assert (answer.status_code, answer.json()["code"]) == (403, "institution_suspended")


def test_nobody_else_notices(alice: Person, charlie: Person) -> None:
    suspend(alice)
    assert charlie.client.get("/exams/").status_code == 200
    with tenant_scope(charlie.institution.id):
        assert not suspending.is_suspended(charlie.institution.id)


def test_a_link_opens_nothing_new_and_a_sitting_goes_on(alice: Person) -> None:
    waiting, running = make_session(name="Anna"), make_running_session(name="Ben")
    paths = {session: invitations.link_of(session.invitations.get()) for session in (waiting, running)}
    suspend(alice)
    refused = Client().post(paths[waiting].removeprefix("http://localhost:8000"))
    assert refused.status_code == 403
    assert "This exam cannot be opened at the moment." in refused.content.decode()
    assert Client().post(paths[running].removeprefix("http://localhost:8000")).status_code == 303
    services.transition(session=services.lock(running), to=SessionState.SUBMITTED)
    assert Session.objects.get(id=running.id).state == SessionState.SUBMITTED


def test_whoever_came_before_does_not_start_after(alice: Person) -> None:
    session = make_session()
    services.give_consent(session=session, notice=notice_for(session.exam))
    suspend(alice)
    with pytest.raises(Forbidden, match="cannot be opened"):
        services.start(session=session, device_info={}, without_baseline=True)


def test_it_ends_and_both_are_in_the_log_once(alice: Person) -> None:
    suspend(alice, " Unpaid\nsince  May ")
    suspend(alice, "again")
    for _time in range(2):
        institution = suspending.resume(institution=alice.institution, reason="Paid", actor=None)
    assert (institution.suspended_at, institution.suspended_because) == (None, "")
    assert alice.client.get("/exams/").status_code == 200
    entries = AuditEntry.objects.filter(action__startswith="institution.").order_by("number")
    assert [(entry.action, entry.detail) for entry in entries][1:] == [
        ("institution.suspended", {"reason": "Unpaid since May"}),
        ("institution.resumed", {"reason": "Paid"}),
    ]


def test_a_reason_is_needed(alice: Person) -> None:
    with pytest.raises(DomainError, match="Write down why"):
        suspend(alice, " \n ")
