"""Every id that the API takes in a query or a body, sent from another institution: nothing is found by it."""

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator

from accounts.tenancy import tenant_scope
from exams.models import Session
from exams.states import SessionState
from proctoring.models import Message, Review, ReviewState, RiskState
from tests.conftest import Person
from tests.factories import make_session
from tests.proctoring.sittings import make_sitting
from tests.tenancy_house import House, furnish

API = "/api/v1"
Send = Callable[[Person, House], Any]


def empty(answer: Any) -> None:
    assert (answer.status_code, answer.json()["results"]) == (200, [])


def nothing_to_do(answer: Any) -> None:
    assert (answer.status_code, answer.json()["listed"]) == (200, 0)


def not_found(answer: Any) -> None:
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def written_anew(answer: Any) -> None:
    """The name of a message counts in its own sitting, so what is next door under it is not the same one."""
    assert (answer.status_code, answer.json()["text"], answer.json()["number"]) == (201, "Please sit up.", 1)


def asked(path: str, name: str, row: Callable[[House], Any]) -> Send:
    return lambda person, house: person.client.get(f"{API}{path}?{name}={row(house)}")


def reviewing(path: str, name: str) -> Send:
    """Of a sitting that has ended, and that the first member has in review."""

    def send(person: Person, house: House) -> Any:
        with tenant_scope(house.session.institution_id):
            Session.objects.filter(id=house.session.id).update(
                state=SessionState.SUBMITTED, ended_at=timezone.now()
            )
            RiskState.objects.filter(session=house.session).update(final={"report": {}})
            Review.objects.filter(session=house.session).update(
                state=ReviewState.IN_REVIEW, reviewer_id=house.member_id
            )
        value = house.session.exam_id if name == "exam" else house.member_id
        return person.client.get(f"{API}{path}?{name}={value}")

    return send


def seat(person: Person, house: House) -> Any:
    body = {"exam": str(house.session.exam_id), "candidate_id": "1"}
    return person.client.post(f"{API}/sessions/", body, content_type="application/json")


def write(person: Person, house: House) -> Any:
    with tenant_scope(house.session.institution_id):
        next_door = Message.objects.create(
            session=house.session, number=7, client_id=uuid.uuid4(), side="candidate", text="Next door."
        )
    with tenant_scope(person.institution.id):
        own = make_sitting(minutes_ago=0.1)
    body = {"client_id": str(next_door.client_id), "text": "Please sit up."}
    return person.client.post(f"{API}/sessions/{own.id}/messages/", body, content_type="application/json")


def allow(path: str, **more: Any) -> Send:
    """To a candidate of the sender's own, in somebody else's exam."""

    def send(person: Person, house: House) -> Any:
        with tenant_scope(person.institution.id):
            own = make_session().candidate
        body = {"exam": str(house.session.exam_id), "extra_minutes": 5, "reason": "A letter.", **more}
        if "candidate_ids" in more:
            body["candidate_ids"] = [own.external_id]
        return person.client.post(
            f"{API}{path.format(candidate_id=own.id)}", body, content_type="application/json"
        )

    return send


def hold(person: Person, house: House) -> Any:
    body = {"scope": "session", "subject_id": str(house.session.id), "reason": "A complaint."}
    return person.client.post(f"{API}/privacy/holds/", body, content_type="application/json")


def request_for_a_stranger(person: Person, house: House) -> Any:
    body = {"kind": "access", "candidate_id": str(house.session.candidate_id)}
    return person.client.post(f"{API}/privacy/requests/", body, content_type="application/json")


def erase_a_strange_sitting(person: Person, house: House) -> Any:
    with tenant_scope(person.institution.id):
        own = make_session().candidate
    body = {"kind": "erasure", "candidate_id": str(own.id), "session_id": str(house.session.id)}
    return person.client.post(f"{API}/privacy/requests/", body, content_type="application/json")


def no_such(code: str) -> Callable[[Any], None]:
    def check(answer: Any) -> None:
        assert (answer.status_code, answer.json()["code"]) == (404, code)

    return check


ROWS: dict[tuple[str, str, str], tuple[Send, Callable[[Any], None]]] = {
    ("get", "/sessions/", "exam"): (asked("/sessions/", "exam", lambda house: house.session.exam_id), empty),
    ("get", "/sessions/active/", "exam"): (
        asked("/sessions/active/", "exam", lambda house: house.session.exam_id),
        empty,
    ),
    ("get", "/webhooks/deliveries/", "endpoint"): (
        asked("/webhooks/deliveries/", "endpoint", lambda house: house.delivery.endpoint_id),
        empty,
    ),
    ("post", "/sessions/", "exam"): (seat, not_found),
    ("get", "/allowances/", "exam"): (
        asked("/allowances/", "exam", lambda house: house.session.exam_id),
        empty,
    ),
    ("post", "/allowances/", "exam"): (allow("/allowances/", candidate_ids=[]), not_found),
    ("post", "/candidates/{candidate_id}/allowances/", "exam"): (
        allow("/candidates/{candidate_id}/allowances/"),
        not_found,
    ),
    ("post", "/sessions/{session_id}/messages/", "client_id"): (write, written_anew),
    ("post", "/privacy/holds/", "subject_id"): (hold, no_such("subject_unknown")),
    ("post", "/privacy/requests/", "candidate_id"): (request_for_a_stranger, no_such("candidate_not_found")),
    ("post", "/privacy/requests/", "session_id"): (erase_a_strange_sitting, no_such("session_not_found")),
    ("get", "/review/", "exam"): (reviewing("/review/", "exam"), empty),
    ("get", "/review/", "reviewer"): (reviewing("/review/", "reviewer"), empty),
    ("get", "/review/progress/", "exam"): (reviewing("/review/progress/", "exam"), nothing_to_do),
    ("get", "/review/progress/", "reviewer"): (reviewing("/review/progress/", "reviewer"), nothing_to_do),
}


def described() -> Iterator[tuple[str, str, str]]:
    schema = SchemaGenerator().get_schema(request=None, public=True)
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            named = {
                one["name"]: one["schema"] for one in operation.get("parameters", []) if one["in"] == "query"
            }
            for content in operation.get("requestBody", {}).get("content", {}).values():
                body = content["schema"].get("$ref", "").rpartition("/")[2]
                named |= schema["components"]["schemas"].get(body, {}).get("properties", {})
            for name, field in named.items():
                if field.get("format") == "uuid":
                    yield method, path.removeprefix(API), name


def test_every_field_for_an_id_has_a_row() -> None:
    assert sorted(described()) == sorted(ROWS)


@pytest.mark.django_db
@pytest.mark.parametrize("place", ROWS, ids=" ".join)
def test_nothing_is_found_by_it(place: tuple[str, str, str], alice: Person, charlie: Person) -> None:
    with tenant_scope(alice.institution.id):
        house = furnish()
    send, expected = ROWS[place]
    expected(send(charlie, house))


@pytest.mark.django_db
@pytest.mark.parametrize("place", [place for place in ROWS if place[0] == "get"], ids=" ".join)
def test_the_institution_itself_finds_its_own(place: tuple[str, str, str], alice: Person) -> None:
    with tenant_scope(alice.institution.id):
        house = furnish()
    send, _ = ROWS[place]
    found = send(alice, house).json()
    assert found["results"] if "results" in found else found["listed"]
