"""Terms, purges and holds, for programs; releasing a hold is for persons."""

from typing import Any

import pytest
from django.test import Client

from accounts import api_keys
from accounts import services as accounts
from accounts.models import Scope
from accounts.roles import Role
from accounts.tenancy import tenant_scope
from tests.conftest import PASSWORD, Person, _person
from tests.privacy.test_purging import make_old, purge

pytestmark = pytest.mark.django_db
API = "/api/v1/privacy"


def send(person: Person, method: str, path: str, body: Any = None) -> Any:
    call = getattr(person.client, method)
    return (
        call(f"{API}{path}") if body is None else call(f"{API}{path}", body, content_type="application/json")
    )


def key_of(person: Person, *scopes: Scope) -> dict[str, str]:
    with tenant_scope(person.institution.id):
        text = api_keys.create(name="campus", scopes=scopes, actor=person.user).text
    return {"Authorization": f"Api-Key {text}"}


def test_the_terms_are_read_and_changed(alice: Person) -> None:
    shown = send(alice, "get", "/terms/").json()
    assert (shown["days"]["evidence"], shown["days"]["log"], shown["lawful_basis"]) == (30, 400, "")
    longer = {"days": {"chat": 60}, "lawful_basis": "public_task", "contact": "dpo@north.example"}
    changed = send(alice, "patch", "/terms/", longer).json()
    assert (changed["days"]["chat"], changed["contact"]) == (60, "dpo@north.example")
    assert changed["days"]["evidence"] == 30
    refused = send(alice, "patch", "/terms/", {"days": {"chat": 30}})
    assert (refused.status_code, refused.json()["code"]) == (409, "shortening_unconfirmed")
    confirmed = send(alice, "patch", "/terms/", {"days": {"chat": 30}, "confirm_shortening": True})
    assert confirmed.json()["days"]["chat"] == 30
    assert send(alice, "get", "/terms/").json()["lawful_basis"] == "public_task"


@pytest.mark.parametrize(
    "wrong",
    [
        {"days": {"log": 182}},
        {"days": {"log": 401}},
        {"days": {"log": "many"}},
        {"days": {"log": True}},
        {"days": {"faces": 1}},
        {"days": 30},
        {"lawful_basis": "because"},
        {"contact": "a\nb"},
        {"contact": 7},
        {"confirm_shortening": "yes"},
        {"forever": True},
    ],
)
def test_wrong_terms_are_refused(alice: Person, wrong: Any) -> None:
    answer = send(alice, "patch", "/terms/", wrong)
    assert answer.status_code == 400
    assert answer.json()["message"]


def test_what_was_deleted_is_told_to_who_may_audit(alice: Person) -> None:
    with tenant_scope(alice.institution.id):
        make_old(days=31)
        run = purge()
    key = key_of(alice, Scope.AUDIT)
    [listed] = Client().get(f"{API}/purges/", headers=key).json()["results"]
    assert (listed["id"], listed["deleted"], listed["proof_sha256"]) == (str(run.id), 2, run.proof_sha256)
    assert Client().get(f"{API}/purges/{run.id}/", headers=key).json() == listed
    assert Client().get(f"{API}/purges/", headers=key_of(alice, Scope.READ)).status_code == 403


def test_a_hold_is_placed_by_a_program_and_released_by_two_persons(alice: Person) -> None:
    with tenant_scope(alice.institution.id):
        session = make_old(days=31)
        olga = _person(accounts.add_member(email="olga@north.example", password=PASSWORD, role=Role.OWNER))
    key = key_of(alice, Scope.MANAGE)
    wanted = {"scope": "session", "subject_id": str(session.id), "reason": "A complaint."}
    placed = Client().post(f"{API}/holds/", wanted, content_type="application/json", headers=key)
    assert placed.status_code == 201
    path = f"/holds/{placed.json()['id']}/"
    assert Client().post(f"{API}{path}release/", headers=key).status_code == 403
    assert send(alice, "post", f"{path}release/").json()["release_asked_at"] is not None
    assert send(alice, "post", f"{path}release/").json()["released_at"] is None
    assert send(olga, "post", f"{path}release/").json()["released_at"] is not None
    assert send(alice, "post", f"{path}release/").status_code == 409
    assert send(alice, "get", path).json() == send(alice, "get", "/holds/").json()["results"][0]


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"scope": "session", "reason": "x"}, 404),
        ({"scope": "session", "subject_id": "11111111-1111-4111-8111-111111111111", "reason": "x"}, 404),
        ({"scope": "session", "subject_id": "seven", "reason": "x"}, 400),
        ({"scope": "planet", "reason": "x"}, 400),
        ({"scope": "institution"}, 400),
        ({"scope": "institution", "reason": " "}, 400),
        ({"scope": "institution", "reason": "x" * 2001}, 400),
        ({"scope": "institution", "reason": "x", "until": "never"}, 400),
    ],
)
def test_wrong_holds_are_refused(alice: Person, wrong: Any, status: int) -> None:
    assert send(alice, "post", "/holds/", wrong).status_code == status
