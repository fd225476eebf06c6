"""Where a candidate can be watched live, and by whom it is offered."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts import services as accounts
from accounts.roles import Role
from exams.models import Session
from exams.states import SessionState
from tests.conftest import PASSWORD, Person
from tests.factories import make_running_session, make_session
from tests.proctoring.sittings import make_checking

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]


def page_of(session: Session, client: Client) -> str:
    text: str = client.get(reverse("proctoring:session", args=[session.id])).text
    return text


def test_a_sitting_that_runs_can_be_watched(alice: Person) -> None:
    session = make_running_session()
    assert f'<live-view session-id="{session.id}" name="{session.candidate.name}">' in page_of(
        session, alice.client
    )


def test_who_is_at_the_camera_check_can_be_helped(alice: Person) -> None:
    page = page_of(make_checking(), alice.client)
    assert "At the camera check" in page
    assert "<live-view" in page


@pytest.mark.parametrize("state", [SessionState.INVITED, SessionState.SUBMITTED, SessionState.CANCELLED])
def test_before_and_after_there_is_nobody_to_see(alice: Person, state: SessionState) -> None:
    session = make_session()
    session.state = state
    session.save()
    assert "<live-view" not in page_of(session, alice.client)


def test_an_auditor_is_not_offered_it(client: Client) -> None:
    auditor = accounts.add_member(email="eve@north.example", password=PASSWORD, role=Role.AUDITOR)
    client.force_login(auditor.user)
    for session in (make_running_session(), make_checking()):
        assert "<live-view" not in page_of(session, client)
