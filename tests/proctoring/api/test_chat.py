"""Messages over the API: who may read and write them, and what is refused."""

from typing import Any

import pytest

from accounts import api_keys, services
from accounts.models import Scope
from accounts.roles import Role
from accounts.tenancy import tenant_scope
from exams.models import Session
from proctoring.services import chatting
from tests.conftest import PASSWORD, Person
from tests.proctoring.sittings import make_sitting

pytestmark = pytest.mark.django_db
ID = "3f2b9c1e-7a44-4a55-9d6b-0c1d2e3f4a5b"


@pytest.fixture
def sitting(alice: Person) -> Session:
    with tenant_scope(alice.institution.id):
        session = make_sitting(name="Bea")
        chatting.write_as_candidate(session=session, client_id=ID, text="May I leave?")
        return session


def address(session: Session, what: str = "") -> str:
    return f"/api/v1/sessions/{session.id}/messages/{what}"


def test_messages_are_listed_written_and_read(alice: Person, sitting: Session) -> None:
    listed = alice.client.get(address(sitting)).json()["results"]
    assert [(m["number"], m["client_id"], m["author"], m["text"], m["read_at"]) for m in listed] == [
        (1, ID, "Bea", "May I leave?", None)
    ]
    body = {"up_to": 1}
    read = alice.client.post(address(sitting, "read/"), body, content_type="application/json")
    assert read.json() == {"read": 1}
    written = alice.client.post(address(sitting), {"text": "Yes."}, content_type="application/json")
    assert (written.status_code, written.json()["number"], written.json()["author"]) == (
        201,
        2,
        "alice@north.example",
    )
    assert [m["text"] for m in alice.client.get(address(sitting)).json()["results"]] == [
        "May I leave?",
        "Yes.",
    ]


def test_a_name_makes_a_message_once(alice: Person, sitting: Session) -> None:
    body = {"text": "Yes.", "client_id": "9d6b0c1d-7a44-4a55-8c1e-3f2b9c1e7a44"}
    answers = [alice.client.post(address(sitting), body, content_type="application/json") for _ in range(2)]
    assert {answer.json()["number"] for answer in answers} == {2}
    taken = alice.client.post(
        address(sitting), {"text": "Mine", "client_id": ID}, content_type="application/json"
    )
    assert (taken.status_code, taken.json()["code"]) == (409, "other_message")


@pytest.mark.parametrize(
    "body",
    [{}, {"text": ""}, {"text": "x" * 1001}, {"text": 1}, {"text": "x", "client_id": "1"}, {"words": "x"}],
)
def test_bad_messages_are_refused(alice: Person, sitting: Session, body: dict[str, Any]) -> None:
    answer = alice.client.post(address(sitting), body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json().keys() == {"code", "message", "field", "request_id"}


def test_auditors_read_and_neighbours_find_nothing(alice: Person, charlie: Person, sitting: Session) -> None:
    with tenant_scope(alice.institution.id):
        auditor = services.add_member(email="audrey@north.example", password=PASSWORD, role=Role.AUDITOR)
    alice.client.force_login(auditor.user)
    assert alice.client.get(address(sitting)).status_code == 200
    for what, body in (("", {"text": "x"}), ("read/", {"up_to": 1}), ("answered/", {})):
        refused = alice.client.post(address(sitting, what), body, content_type="application/json")
        assert refused.status_code == 403
        foreign = charlie.client.post(address(sitting, what), body, content_type="application/json")
        assert foreign.status_code == 404


def test_a_program_writes_under_its_own_name(alice: Person, sitting: Session) -> None:
    with tenant_scope(alice.institution.id):
        key = api_keys.create(name="Help desk", scopes=[Scope.READ, Scope.INTERVENE]).text
    written = alice.client.post(
        address(sitting),
        {"text": "Yes."},
        content_type="application/json",
        headers={"authorization": f"Api-Key {key}"},
    )
    assert (written.status_code, written.json()["author"]) == (201, "A program, or somebody who has left")
