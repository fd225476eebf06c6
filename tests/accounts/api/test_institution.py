"""The institution, its members, its keys and its audit log, over the API."""

from typing import Any

import pytest
from django.test import Client

from accounts import api_keys
from accounts.models import ApiKey, AuditEntry, Membership, Scope
from accounts.tenancy import tenant_scope
from tests.conftest import PASSWORD, Person

pytestmark = pytest.mark.django_db
API = "/api/v1"


def send(person: Person, method: str, path: str, body: Any = None) -> Any:
    call = getattr(person.client, method)
    return (
        call(f"{API}{path}") if body is None else call(f"{API}{path}", body, content_type="application/json")
    )


def newest(person: Person) -> tuple[str, str, str, Any]:
    with tenant_scope(person.institution.id):
        entry = AuditEntry.objects.order_by("-number")[0]
        return entry.actor, entry.action, entry.subject, entry.detail


def key_of(person: Person, *scopes: Scope) -> dict[str, str]:
    with tenant_scope(person.institution.id):
        text = api_keys.create(name="campus", scopes=scopes, actor=person.user).text
    return {"Authorization": f"Api-Key {text}"}


def test_the_institution_is_shown_and_changed(alice: Person) -> None:
    shown = send(alice, "get", "/institution/").json()
    assert (shown["name"], shown["slug"], shown["time_zone"]) == ("North", "north", "UTC")
    assert shown["created_at"].endswith("Z")
    changed = send(
        alice, "patch", "/institution/", {"name": " Far North ", "time_zone": "Europe/Oslo"}
    ).json()
    assert (changed["name"], changed["time_zone"]) == ("Far North", "Europe/Oslo")
    assert newest(alice) == (
        f"user:{alice.user.id}",
        "institution.changed",
        f"institution:{alice.institution.id}",
        {"name": "Far North", "time_zone": "Europe/Oslo"},
    )
    wrong = send(alice, "patch", "/institution/", {"time_zone": "Mars"})
    assert (wrong.status_code, wrong.json()["field"]) == (400, "time_zone")


def test_who_is_mailed_of_critical_flags_is_chosen_by_role(alice: Person) -> None:
    assert send(alice, "get", "/institution/").json()["alert_roles"] == []
    wanted = {"alert_roles": ["proctor", "owner", "proctor"]}
    assert send(alice, "patch", "/institution/", wanted).json()["alert_roles"] == ["owner", "proctor"]
    assert newest(alice)[3] == {"name": "North", "time_zone": "UTC", "alert_roles": "owner, proctor"}
    for wrong in (["everybody"], "owner", [1]):
        assert send(alice, "patch", "/institution/", {"alert_roles": wrong}).status_code == 400
    assert send(alice, "patch", "/institution/", {"alert_roles": []}).json()["alert_roles"] == []


def test_members_are_added_changed_and_let_go(alice: Person) -> None:
    wanted = {"email": "Eve@north.example", "password": PASSWORD, "name": "Eve", "role": "proctor"}
    eve = send(alice, "post", "/members/", wanted)
    assert eve.status_code == 201
    body = eve.json()
    assert (body["email"], body["name"], body["role"]) == ("eve@north.example", "Eve", "proctor")
    assert [one["email"] for one in send(alice, "get", "/members/").json()["results"]] == [
        "eve@north.example",
        "alice@north.example",
    ]
    address = f"/members/{body['id']}/"
    assert send(alice, "patch", address, {"role": "auditor"}).json()["role"] == "auditor"
    assert newest(alice)[1:] == (
        "member.role_changed",
        f"user:{body['id']}",
        {"before": "proctor", "role": "auditor"},
    )
    assert send(alice, "delete", address).status_code == 204
    assert newest(alice)[1:] == ("member.removed", f"user:{body['id']}", {})
    assert send(alice, "get", address).status_code == 404


def test_the_last_owner_stays(alice: Person) -> None:
    address = f"/members/{alice.user.id}/"
    for answer in (send(alice, "delete", address), send(alice, "patch", address, {"role": "auditor"})):
        assert (answer.status_code, answer.json()["code"]) == (409, "last_owner")
    with tenant_scope(alice.institution.id):
        assert Membership.objects.get().role == "owner"


def test_an_examiner_may_not(alice: Person, bob: Person) -> None:
    refused = send(bob, "post", "/members/", {"email": "e@e.example", "password": PASSWORD, "role": "owner"})
    assert (refused.status_code, refused.json()["message"]) == (
        403,
        "Your role, examiner, may not change the institution and its members.",
    )


def test_keys_are_made_shown_once_and_revoked(alice: Person) -> None:
    made = send(alice, "post", "/api-keys/", {"name": "Campus", "scopes": ["read", "write"]})
    assert made.status_code == 201
    body = made.json()
    headers = {"Authorization": f"Api-Key {body['key']}"}
    assert Client().get(f"{API}/institution/", headers=headers).status_code == 200
    listed = send(alice, "get", "/api-keys/").json()["results"]
    assert [(one["name"], one["prefix"], one["scopes"]) for one in listed] == [
        ("Campus", body["key"].partition(".")[0], ["read", "write"])
    ]
    assert body["key"] not in str(listed)
    assert listed[0]["last_used_at"] is not None
    revoked = send(alice, "delete", f"/api-keys/{body['id']}/").json()
    assert revoked["revoked_at"] is not None
    assert Client().get(f"{API}/institution/", headers=headers).status_code == 401
    assert send(alice, "delete", f"/api-keys/{body['id']}/").json()["code"] == "key_revoked"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"scopes": []}, "min_length"),
        ({"scopes": ["everything"]}, "invalid_choice"),
        ({"scopes": "read"}, "invalid_type"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "expired_already"),
        ({"expires_at": "2030-01-01T00:00:00"}, "no_zone"),
        ({"name": ""}, "blank"),
    ],
)
def test_a_wrong_key_is_refused(alice: Person, change: Any, code: str) -> None:
    answer = send(alice, "post", "/api-keys/", {"name": "x", "scopes": ["read"], **change})
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    with tenant_scope(alice.institution.id):
        assert not ApiKey.objects.exists()


def test_a_key_does_what_its_scopes_name_and_is_named_in_the_audit_log(alice: Person) -> None:
    reads, manages = key_of(alice, Scope.READ), key_of(alice, Scope.MANAGE)
    change = {"name": "Named by a program"}
    address = f"{API}/institution/"
    refused = Client().patch(address, change, content_type="application/json", headers=reads)
    assert (refused.status_code, refused.json()["code"]) == (403, "key_scope")
    done = Client().patch(address, change, content_type="application/json", headers=manages)
    assert done.status_code == 200
    prefix = manages["Authorization"].removeprefix("Api-Key ").partition(".")[0]
    assert newest(alice)[:2] == (f"api_key:{prefix}", "institution.changed")


@pytest.mark.parametrize("path", ["/members/", "/api-keys/"])
def test_no_key_makes_people_or_keys(alice: Person, path: str) -> None:
    answer = Client().get(f"{API}{path}", headers=key_of(alice, *Scope))
    assert (answer.status_code, answer.json()["code"]) == (403, "person_needed")


def test_the_audit_log_is_read_and_checked(alice: Person) -> None:
    send(alice, "patch", "/institution/", {"name": "Elsewhere"})
    found = send(alice, "get", "/audit/?action=institution.changed").json()["results"]
    assert [(one["number"], one["actor"]) for one in found] == [(2, f"user:{alice.user.id}")]
    assert send(alice, "get", f"/audit/?until={found[0]['at']}").json()["results"][0]["number"] == 1
    assert send(alice, "get", "/audit/chain/").json() == {"whole": True, "first_broken": None}
