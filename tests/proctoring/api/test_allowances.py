"""Allowances over the API: granted, listed, withdrawn; why is for those alone who may change exams."""

from typing import Any

import pytest
from django.test import Client

from accounts import api_keys
from accounts.models import Scope
from accounts.tenancy import tenant_scope
from exams.models import Session
from tests.conftest import Person
from tests.factories import make_session

pytestmark = pytest.mark.django_db
WHY = "A broken arm."


@pytest.fixture
def session(alice: Person) -> Session:
    with tenant_scope(alice.institution.id):
        return make_session()


def post(client: Client, address: str, body: Any, **more: Any) -> Any:
    return client.post(f"/api/v1/{address}", body, content_type="application/json", **more)


def test_a_candidate_is_found_granted_and_taken_back(alice: Person, session: Session) -> None:
    found = alice.client.get(f"/api/v1/candidates/?candidate_id={session.candidate.external_id}").json()
    (person,) = found["results"]
    assert (person["id"], person["name"]) == (str(session.candidate_id), "Dana Candidate")
    address = f"candidates/{person['id']}/allowances/"
    body = {"exam": str(session.exam_id), "extra_minutes": 15, "switched_off": ["gaze"], "reason": WHY}
    made = post(alice.client, address, {**body, "patience": {"pose": 200}})
    assert made.status_code == 201
    allowance = made.json()
    assert {name: allowance[name] for name in body} == body
    assert (allowance["patience"], allowance["ended_at"]) == ({"pose": 200}, None)
    one = f"/api/v1/allowances/{allowance['id']}/"
    assert alice.client.get(one).json() == allowance
    assert alice.client.delete(one).status_code == 204
    assert {alice.client.get(one).status_code, alice.client.delete(one).status_code} == {404}
    assert alice.client.get("/api/v1/allowances/?counts=true").json()["results"] == []
    (past,) = alice.client.get(f"/api/v1/{address}").json()["results"]
    assert past["ended_at"] is not None


def test_many_at_once_and_undone(alice: Person, session: Session) -> None:
    with tenant_scope(alice.institution.id):
        other = make_session(session.exam).candidate.external_id
    ids = [session.candidate.external_id, other, other]
    made = post(
        alice.client, "allowances/", {"candidate_ids": ids, "extra_percent": 50, "reason": WHY}
    ).json()
    assert made["granted"] == 2
    rows = alice.client.get("/api/v1/allowances/?counts=true").json()["results"]
    assert {row["batch"] for row in rows} == {made["batch"]}
    assert alice.client.delete(f"/api/v1/allowances/batches/{made['batch']}/").status_code == 204
    assert alice.client.get("/api/v1/allowances/?counts=true").json()["results"] == []


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"reason": WHY}, 400, "nothing_granted"),
        ({"extra_minutes": 5}, 400, "required"),
        ({"extra_minutes": 601, "reason": WHY}, 400, "max_value"),
        ({"switched_off": ["smell"], "reason": WHY}, 400, "invalid_choice"),
        ({"patience": {"smell": 200}, "reason": WHY}, 400, "area_wrong"),
        (
            {"extra_minutes": 5, "reason": WHY, "exam": "00000000-0000-4000-8000-000000000000"},
            404,
            "not_found",
        ),
    ],
)
def test_what_cannot_be_granted_is_refused(
    body: dict[str, Any], status: int, code: str, alice: Person, session: Session
) -> None:
    refused = post(alice.client, f"candidates/{session.candidate_id}/allowances/", body)
    assert (refused.status_code, refused.json()["code"]) == (status, code)


def test_an_unknown_id_stops_all(alice: Person, session: Session) -> None:
    body = {"candidate_ids": [session.candidate.external_id, "nobody"], "extra_minutes": 5, "reason": WHY}
    refused = post(alice.client, "allowances/", body)
    assert (refused.status_code, refused.json()["code"]) == (404, "candidate_unknown")
    assert alice.client.get("/api/v1/allowances/").json()["results"] == []


def test_a_program_that_may_only_read_does_not_learn_why(alice: Person, session: Session) -> None:
    address = f"candidates/{session.candidate_id}/allowances/"
    post(alice.client, address, {"extra_minutes": 5, "reason": WHY})
    with tenant_scope(alice.institution.id):
        secret = api_keys.create(name="campus", scopes=[Scope.READ]).text
    header = {"HTTP_AUTHORIZATION": f"Api-Key {secret}"}
    (row,) = Client().get(f"/api/v1/{address}", **header).json()["results"]
    assert (row["extra_minutes"], row["reason"]) == (5, None)
    assert post(Client(), address, {"extra_minutes": 9, "reason": WHY}, **header).status_code == 403
