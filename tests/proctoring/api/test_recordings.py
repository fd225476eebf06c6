"""The video of a sitting over the API: what there is, the parts that show flags, the bytes."""

from typing import Any

import pytest
from django.test import Client

from accounts import api_keys
from accounts.models import AuditEntry, Scope
from accounts.tenancy import tenant_scope
from exams.models import Session
from tests.conftest import Person
from tests.proctoring.pieces import flag_at, join_now, keep, recorded

pytestmark = pytest.mark.django_db
API = "/api/v1"


@pytest.fixture
def session(alice: Person) -> Session:
    with tenant_scope(alice.institution.id):
        session = recorded("flagged")
        flag_at(session, 60_200, 60_500, 60_700)
        flag_at(session, 300_000, 300_000, 301_000)
        keep(session, seq=7, t_ms=60_000)
        join_now(session)
    return session


def get(person: Person, path: str) -> Any:
    response = person.client.get(f"{API}{path}")
    assert response.status_code == 200, response.content
    return response.json()


def test_what_there_is_of_a_recording(bob: Person, session: Session) -> None:
    body = get(bob, f"/sessions/{session.id}/recording/")
    told = {name: body[name] for name in ("mode", "stage", "pieces", "covered_ms")}
    assert told == {"mode": "flagged", "stage": "ready", "pieces": 1, "covered_ms": 1000}
    [one] = body["recordings"]
    assert one["url"] == f"http://testserver{API}/sessions/{session.id}/recording/webcam/"
    assert (one["duration_ms"], one["problems"]) == (1000, {})
    assert one["spans"] == [{"start_ms": 60_000, "end_ms": 61_000, "file_ms": 0}]


def test_a_clip_shows_its_flag_and_a_flag_without_video_has_none(bob: Person, session: Session) -> None:
    [clip] = get(bob, f"/sessions/{session.id}/clips/")["results"]
    file = f"http://testserver{API}/sessions/{session.id}/recording/webcam/"
    assert clip["url"] == f"{file}#t=0.000,1.000"
    assert (clip["start_ms"], clip["end_ms"]) == (60_000, 61_000)


@pytest.mark.embedded_only
def test_a_key_reads_the_bytes_and_that_is_audited(alice: Person, session: Session) -> None:
    with tenant_scope(alice.institution.id):
        secret = api_keys.create(name="archive", scopes=[Scope.READ]).text
    answer = Client().get(
        f"{API}/sessions/{session.id}/recording/webcam/",
        headers={"Authorization": f"Api-Key {secret}", "Range": "bytes=0-3"},
    )
    assert (answer.status_code, answer.content) == (206, b"\x1a\x45\xdf\xa3")
    with tenant_scope(alice.institution.id):
        assert AuditEntry.objects.get(action="recording.played").actor.startswith("api_key:")


@pytest.mark.parametrize("path", ["recording/", "recording/webcam/", "clips/"])
def test_a_neighbour_finds_nothing(charlie: Person, session: Session, path: str) -> None:
    assert charlie.client.get(f"{API}/sessions/{session.id}/{path}").status_code == 404


def test_a_session_without_video_says_so(alice: Person) -> None:
    with tenant_scope(alice.institution.id):
        session = recorded("none")
    body = get(alice, f"/sessions/{session.id}/recording/")
    assert (body["mode"], body["stage"], body["recordings"]) == ("none", "nothing", [])
    assert get(alice, f"/sessions/{session.id}/clips/")["results"] == []
