"""Registering, signing in, renewing and signing out, as people's programs do it."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken

from accounts import members, persons, services, tokens
from accounts.models import AuditEntry, Institution, User
from accounts.roles import Role
from accounts.tasks import forget_expired
from accounts.tenancy import tenant_scope
from tests.conftest import PASSWORD, Person

pytestmark = pytest.mark.django_db
API = "/api/v1"
ADA = {"email": "Ada@West.example", "password": "correct horse battery", "institution": "West"}


def post(path: str, body: Any, **headers: str) -> Any:
    return Client().post(f"{API}{path}", body, content_type="application/json", headers=headers)


def signed_in(person: Person) -> dict[str, Any]:
    response = post("/auth/token/", {"email": person.user.email, "password": PASSWORD})
    assert response.status_code == 200
    body: dict[str, Any] = response.json()
    return body


def whoami(token: str) -> tuple[int, str]:
    response = Client().get(f"{API}/institution/", headers={"Authorization": f"Bearer {token}"})
    return response.status_code, response.json().get("name") or response.json()["code"]


def test_registering_answers_with_a_token_that_opens_the_new_institution() -> None:
    response = post("/auth/register", {**ADA, "time_zone": "Europe/Berlin"})
    body = response.json()
    user = User.objects.get()
    institution = Institution.objects.get()
    assert response.status_code == 201
    assert set(body) == {"id", "email", "token", "refresh", "expires_in"}
    assert (body["id"], body["email"], body["expires_in"]) == (str(user.id), "ada@west.example", 3600)
    assert (institution.name, institution.timezone) == ("West", "Europe/Berlin")
    assert whoami(body["token"]) == (200, "West")


@pytest.mark.parametrize(
    ("change", "status", "code", "field"),
    [
        ({"password": "short"}, 400, "password_weak", "password"),
        ({"email": "nobody"}, 400, "invalid", "email"),
        ({"email": "alice@north.example"}, 409, "email_taken", "email"),
        ({"time_zone": "Mars/North"}, 400, "time_zone_unknown", "time_zone"),
        ({"is_staff": True}, 400, "unknown_field", "is_staff"),
        ({"institution": 7}, 400, "invalid_type", "institution"),
        ({"institution": " "}, 400, "blank", "institution"),
    ],
)
@pytest.mark.usefixtures("alice")
def test_a_wrong_registration_is_refused(change: Any, status: int, code: str, field: str) -> None:
    response = post("/auth/register/", {**ADA, **change})
    assert response.status_code == status
    assert (response.json()["code"], response.json()["field"]) == (code, field)
    assert Institution.objects.count() == 1


def test_signing_in_is_on_record(alice: Person) -> None:
    body = signed_in(alice)
    assert (body["id"], body["email"]) == (str(alice.user.id), alice.user.email)
    assert whoami(body["token"]) == (200, "North")
    with tenant_scope(alice.institution.id):
        last = AuditEntry.objects.order_by("-number")[0]
        assert (last.actor, last.action) == (f"user:{alice.user.id}", "user.signed_in")


def test_a_wrong_password_is_refused_and_guessing_is_slowed_down(alice: Person) -> None:
    wrong = {"email": alice.user.email, "password": "not this one"}
    for _ in range(settings.AXES_FAILURE_LIMIT - 1):
        response = post("/auth/token/", wrong)
        assert (response.status_code, response.json()["code"]) == (401, "sign_in_refused")
        assert "Bearer" in response["WWW-Authenticate"]
    assert post("/auth/token/", wrong).status_code == 429
    held = post("/auth/token/", {**wrong, "password": PASSWORD})
    assert (held.status_code, held.json()["code"]) == (429, "too_many_tries")


def test_who_works_for_two_chooses_one(alice: Person, charlie: Person) -> None:
    with tenant_scope(charlie.institution.id):
        alice.user.memberships.create(institution=charlie.institution, role=Role.AUDITOR)
    both = {"email": alice.user.email, "password": PASSWORD}
    assert whoami(post("/auth/token/", both).json()["token"]) == (200, "North")
    assert whoami(post("/auth/token/", {**both, "institution": "south"}).json()["token"]) == (200, "South")
    response = post("/auth/token/", {**both, "institution": "east"})
    assert (response.status_code, response.json()["code"]) == (400, "institution_unknown")


def test_a_refresh_token_is_good_for_one_exchange(alice: Person) -> None:
    first = signed_in(alice)
    second = post("/auth/token/refresh/", {"refresh": first["refresh"]})
    assert second.status_code == 200
    assert whoami(second.json()["token"]) == (200, "North")
    again = post("/auth/token/refresh/", {"refresh": first["refresh"]})
    assert (again.status_code, again.json()["code"]) == (401, "token_refused")


def test_signing_out_ends_both_tokens_and_nobody_elses(alice: Person) -> None:
    body, other = signed_in(alice), signed_in(alice)
    for _ in range(2):
        assert post("/auth/logout/", {"refresh": body["refresh"]}).status_code == 204
    assert post("/auth/token/refresh/", {"refresh": body["refresh"]}).status_code == 401
    assert whoami(body["token"]) == (401, "token_refused")
    assert whoami(other["token"]) == (200, "North")


def test_a_new_password_ends_every_token_at_once(alice: Person) -> None:
    body = signed_in(alice)
    persons.set_password(user=alice.user, password="another long battery")
    assert whoami(body["token"]) == (401, "token_refused")
    assert post("/auth/token/refresh/", {"refresh": body["refresh"]}).status_code == 401
    assert whoami(tokens.issue(membership=alice.membership).access)[0] == 200


def test_the_database_holds_no_token(alice: Person) -> None:
    body = signed_in(alice)
    assert [row.token for row in OutstandingToken.objects.all()] == [""]
    assert body["refresh"] not in repr(tokens.issue(membership=alice.membership))


def test_a_refresh_token_opens_nothing_else_and_an_access_token_renews_nothing(alice: Person) -> None:
    body = signed_in(alice)
    assert whoami(body["refresh"]) == (401, "token_refused")
    assert post("/auth/token/refresh/", {"refresh": body["token"]}).status_code == 401


@pytest.mark.parametrize("text", ["x", "a.b.c", "é", "a" * 5000, "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."])
def test_what_is_no_token_is_refused(text: str) -> None:
    response = Client().get(f"{API}/institution/", headers={"Authorization": f"Bearer {text}"})
    assert (response.status_code, response.json()["code"]) == (401, "token_refused")


def test_who_left_or_was_switched_off_is_refused_at_once(alice: Person, bob: Person) -> None:
    body = signed_in(bob)
    with tenant_scope(alice.institution.id):
        members.remove(membership=bob.membership, actor=alice.user)
    assert whoami(body["token"]) == (401, "token_refused")
    assert post("/auth/token/refresh/", {"refresh": body["refresh"]}).status_code == 401
    token = signed_in(alice)["token"]
    User.objects.filter(id=alice.user.id).update(is_active=False)
    assert whoami(token) == (401, "token_refused")


def test_the_role_counts_as_it_is_now(alice: Person, bob: Person) -> None:
    token = signed_in(bob)["token"]
    asked = {"Authorization": f"Bearer {token}"}
    assert Client().get(f"{API}/members/", headers=asked).json()["code"] == "role"
    with tenant_scope(alice.institution.id):
        members.change_role(membership=bob.membership, role="owner", actor=alice.user)
    assert Client().get(f"{API}/members/", headers=asked).status_code == 200


def test_a_wrong_header_is_not_rescued_by_the_cookie(alice: Person) -> None:
    response = alice.client.get(f"{API}/institution/", headers={"Authorization": "Bearer nonsense"})
    assert response.status_code == 401


def test_expired_tokens_are_forgotten(alice: Person) -> None:
    signed_in(alice)
    OutstandingToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    forget_expired()
    assert not OutstandingToken.objects.exists()


def test_a_person_without_an_institution_is_told_so(db: None) -> None:
    user = services.create_user(email="lonely@example.com", password=PASSWORD)
    client = Client()
    client.force_login(user)
    response = client.get(f"{API}/institution/")
    assert (response.status_code, response.json()["code"]) == (403, "no_institution")


@pytest.mark.django_db
def test_a_token_is_measured_as_it_came() -> None:
    answer = post("/auth/logout/", {"refresh": "\u00a0" + "x" * tokens.LONGEST})
    assert (answer.status_code, answer.json()["field"]) == (400, "refresh")
