"""What a stranger may send in place of a passkey: refused in words, never a breakage."""

import json
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from tests.accounts.test_pages import text_of
from tests.conftest import PASSWORD, Person

pytestmark = pytest.mark.django_db
NEW = "/account/factor/passkeys/new/"

NO_PASSKEY = [
    "",
    "{",
    "null",
    "7",
    '"x"',
    "[]",
    "{}",
    '{"response": 1}',
    '{"response": {}}',
    '{"id": "x", "rawId": "x", "type": "public-key", "response": {"clientDataJSON": "e30", "userHandle": 1}}',
    json.dumps(
        {
            "id": "AA",
            "rawId": "AA",
            "type": "public-key",
            "response": {
                "clientDataJSON": "e30",
                "attestationObject": "AA",
                "authenticatorData": "AA",
                "signature": "AA",
                "userHandle": "AA",
            },
        }
    ),
    '{"response": {"a": "\\u0000"}}',
    "[" * 3000,
]


@pytest.mark.parametrize("credential", NO_PASSKEY)
def test_what_is_no_passkey_signs_nobody_in(alice: Person, credential: str) -> None:
    client = Client()
    options = client.get("/login/passkey/", headers={"Accept": "application/json"}).json()
    assert options["request_options"]["publicKey"]["userVerification"] == "required"
    answer = client.post("/login/passkey/", {"credential": credential}, follow=True)
    assert answer.redirect_chain == [("/login/", 302)]
    assert client.get("/exams/").status_code == 302


@pytest.mark.parametrize("credential", NO_PASSKEY)
def test_what_is_no_passkey_is_not_added(alice: Person, credential: str) -> None:
    alice.client.post(f"/account/again/?next={NEW}", {"password": PASSWORD})
    assert alice.client.get(NEW).status_code == 200
    answer = alice.client.post(NEW, {"credential": credential, "name": "x"})
    assert answer.status_code == 200
    assert 'role="alert"' in text_of(answer)
    assert not Authenticator.objects.exists()


def passkey_of(person: Person) -> Any:
    return Authenticator.objects.create(
        user=person.user, type=Authenticator.Type.WEBAUTHN, data={"name": "Key", "credential": {}}
    )


def test_only_the_owner_removes_a_passkey(alice: Person, bob: Person) -> None:
    path = f"/account/factor/passkeys/{passkey_of(alice).pk}/remove/"
    bob.client.post("/account/again/?next=/account/", {"password": PASSWORD})
    assert [bob.client.get(path).status_code, bob.client.post(path).status_code] == [404, 404]
    assert Authenticator.objects.count() == 1


def test_adding_one_needs_the_password_first(alice: Person) -> None:
    assert alice.client.get(NEW)["Location"].startswith("/account/again/")


def test_without_asking_first_nothing_is_taken(alice: Person) -> None:
    assert Client().post("/login/passkey/", {"credential": NO_PASSKEY[-3]})["Location"] == "/login/"
