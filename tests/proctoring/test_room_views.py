"""The room's page and what it asks for over HTTP."""

import json
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts import tickets
from accounts.tenancy import tenant_scope
from accounts.tickets import Ticket
from exams import invitations, seats
from exams.models import Exam, Session
from exams.notices import notice_for
from exams.services import give_consent
from exams.states import SessionState
from jobs.models import Job
from tests.conftest import Person
from tests.factories import make_exam, make_session

pytestmark = pytest.mark.django_db

CONTENT_URL = "https://exams.example.org/logic/start?x=1"


@pytest.fixture
def session(alice: Person) -> Session:
    with tenant_scope(alice.institution.id):
        return make_session(make_exam(content_url=CONTENT_URL))


@pytest.fixture
def candidate(session: Session) -> Client:
    """A browser that has used up the link."""
    with tenant_scope(session.institution_id):
        invitation = session.invitations.get()
        token = invitations.token_of(invitation)
    client = Client(raise_request_exception=False)
    answer = client.post(f"/join/{token}/")
    assert answer.status_code == 303
    with tenant_scope(session.institution_id):
        session.refresh_from_db()
    return client


def consent(session: Session) -> None:
    with tenant_scope(session.institution_id):
        give_consent(session=session, notice=notice_for(session.exam))


def reread(session: Session) -> Session:
    with tenant_scope(session.institution_id):
        return Session.objects.select_related("exam").get(id=session.id)


def post(client: Client, session: Session, what: str, body: Any = None) -> Any:
    return client.post(
        f"/room/{session.id}/{what}/",
        json.dumps({} if body is None else body),
        content_type="application/json",
    )


def test_without_consent_the_room_leads_to_the_notice(candidate: Client, session: Session) -> None:
    answer = candidate.get(f"/room/{session.id}/")
    assert (answer.status_code, answer["Location"]) == (302, f"/room/{session.id}/consent/")


def test_the_page_carries_its_settings_and_its_permissions(candidate: Client, session: Session) -> None:
    consent(session)
    answer = candidate.get(f"/room/{session.id}/")
    assert answer.status_code == 200
    config = answer.context["config"]
    assert config["session"] == {
        "id": str(session.id),
        "state": "checking",
        "exam_title": "Logic I",
        "content_url": CONTENT_URL,
        "instructions": "",
        "now_ms": None,
        "remaining_ms": None,
        "allowed_tabs": 1,
        "require_full_screen": False,
        "breaks": None,
        "paused_at": None,
    }
    assert config["patience"] == {"full_screen_ms": 10_000, "screen_ms": 30_000}
    assert config["watch_screen"] is False
    assert config["urls"] == {
        "ticket": f"/room/{session.id}/ticket/",
        "start": f"/room/{session.id}/start/",
        "break": f"/room/{session.id}/break/",
        "submit": f"/room/{session.id}/submit/",
        "speed": f"/room/{session.id}/speed/",
        "socket": "/ws/room/",
        "thanks": f"/room/{session.id}/thanks/",
    }
    assert [watched["key"] for watched in config["watched"]] == [
        *("webcam", "live", "tabs", "clipboard", "connection", "kept")
    ]
    assert config["candidate_name"] == "Dana Candidate"
    assert "frame-src https://exams.example.org" in answer["Content-Security-Policy"].split("; ")
    assert answer["Permissions-Policy"].startswith("camera=(self), microphone=(),")
    assert "csrftoken" in answer.cookies
    assert b'id="room-config"' in answer.content


def test_only_an_exam_that_listens_may_use_the_microphone(candidate: Client, session: Session) -> None:
    with tenant_scope(session.institution_id):
        Exam.objects.update(watch_audio=True)
    consent(reread(session))
    answer = candidate.get(f"/room/{session.id}/")
    assert answer["Permissions-Policy"].startswith("camera=(self), microphone=(self),")


def test_a_ticket_is_for_this_seat(candidate: Client, session: Session) -> None:
    secret = post(candidate, session, "ticket").json()["ticket"]
    assert tickets.redeem(secret) == Ticket(
        kind="seat",
        institution_id=str(session.institution_id),
        holder_id=str(session.id),
        device_key=session.device_key,
    )


def test_starting_needs_the_camera_check_or_a_word_about_it(candidate: Client, session: Session) -> None:
    consent(session)
    refused = post(candidate, session, "start", {"device_info": {}})
    assert (refused.status_code, refused.json()["code"]) == (409, "check_unfinished")
    device = {"platform": "Linux", "nested": {"a": 1}, "cores": 8, "half \ud800 a pair": True}
    started = post(candidate, session, "start", {"device_info": device, "without_baseline": True})
    assert (started.status_code, started.json()["state"]) == (200, "running")
    assert 3_590_000 < started.json()["remaining_ms"] <= 3_600_000
    stored = reread(session)
    assert (stored.device_info, stored.without_baseline) == (
        {"platform": "Linux", "cores": 8, "half ? a pair": True},
        True,
    )


def test_submitting_ends_the_session_once(candidate: Client, session: Session) -> None:
    consent(session)
    post(candidate, session, "start", {"without_baseline": True})
    for _ in range(2):
        answer = post(candidate, session, "submit")
        assert (answer.status_code, answer.json()["state"], answer.json()["remaining_ms"]) == (
            200,
            "submitted",
            0,
        )
    assert reread(session).state == SessionState.SUBMITTED
    with tenant_scope(session.institution_id):
        assert Job.objects.filter(kind="proctoring.finalise").count() == 1
    after = candidate.get(f"/room/{session.id}/")
    assert (after.status_code, after["Location"]) == (302, f"/room/{session.id}/thanks/")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("<html>", "invalid_json"),
        ("[]", "invalid_json"),
        ('{"device_info":NaN}', "invalid_json"),
        ("[" * 8000, "invalid_json"),
        ('{"device_info":[1]}', "invalid"),
        ('{"x":"' + "x" * 17_000 + '"}', "too_large"),
    ],
)
def test_a_bad_body_is_refused_in_words(candidate: Client, session: Session, body: str, code: str) -> None:
    consent(session)
    answer = candidate.post(f"/room/{session.id}/start/", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert answer.json()["message"]
    assert reread(session).state == SessionState.CHECKING


@pytest.mark.parametrize("what", ["ticket", "start", "submit"])
def test_whoever_holds_no_seat_gets_nothing(alice: Person, session: Session, what: str) -> None:
    for client in (Client(), alice.client):
        answer = client.post(f"/room/{session.id}/{what}/", content_type="application/json")
        assert (answer.status_code, answer.json()["code"]) == (404, "no_seat")
        assert client.get(f"/room/{session.id}/").status_code == 404


def test_a_browser_whose_session_moved_away_is_told(candidate: Client, session: Session) -> None:
    with tenant_scope(session.institution_id):
        Session.objects.filter(id=session.id).update(device_key=seats.new_device_key())
    answer = post(candidate, session, "ticket")
    assert (answer.status_code, answer.json()["code"]) == (410, "other_device")


def test_no_script_of_a_foreign_page_can_post(session: Session) -> None:
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    for what in ("ticket", "start", "submit"):
        assert strict.post(f"/room/{session.id}/{what}/").status_code == 403


def test_an_exam_without_content_frames_nothing(alice: Person) -> None:
    with tenant_scope(alice.institution.id):
        session = make_session(make_exam(content_url=""))
        token = invitations.token_of(session.invitations.get())
    client = Client()
    client.post(f"/join/{token}/")
    cache.clear()
    consent(reread(session))
    answer = client.get(f"/room/{session.id}/")
    assert "frame-src 'none'" in answer["Content-Security-Policy"].split("; ")
