"""A second factor: set up, asked for on pages and of programs, good once, sealed at rest, on record."""

import base64
import hashlib
import hmac
import re
import struct
import time
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client

from accounts import second_factor
from accounts.errors import Unavailable
from accounts.models import AuditEntry
from accounts.tenancy import tenant_scope
from tests.accounts.test_pages import text_of
from tests.conftest import PASSWORD, Person

pytestmark = pytest.mark.django_db
APP = "/account/factor/app/"
CODES = "/account/factor/codes/"


def code_of(secret: str) -> str:
    """What a phone shows now (RFC 6238), reckoned here without allauth."""
    cache.clear()
    digest = hmac.new(
        base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30), hashlib.sha1
    ).digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def set_up(person: Person) -> str:
    """Sign in and set up an app as a person does, and answer its secret."""
    person.client.logout()
    person.client.post("/login/", {"email": person.user.email, "password": PASSWORD})
    assert person.client.get(APP)["Location"] == f"/account/again/?next={APP.replace('/', '%2F')}"
    person.client.post(f"/account/again/?next={APP}", {"password": PASSWORD})
    found = re.search(r"<code>([A-Z2-7]{32})</code>", text_of(person.client.get(APP)))
    assert found
    done = person.client.post(APP, {"code": code_of(found[1])})
    assert done["Location"] == CODES
    return found[1]


def recovery_codes(person: Person) -> list[str]:
    return person.client.get(f"{CODES}recovery-codes.txt").content.decode().split()


def sign_in(**fields: str) -> tuple[Client, Any]:
    client = Client()
    return client, client.post("/login/", {"email": "alice@north.example", "password": PASSWORD, **fields})


def actions(person: Person) -> list[str]:
    with tenant_scope(person.institution.id):
        return list(AuditEntry.objects.values_list("action", flat=True))


def test_signing_in_asks_for_the_code_before_it_opens_anything(
    alice: Person, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        secret = set_up(alice)
    client, answer = sign_in(next="/exams/new/")
    assert answer["Location"] == "/login/code/"
    assert client.get("/exams/")["Location"] == "/login/?next=/exams/"
    assert actions(alice).count("user.signed_in") == 1
    wrong = client.post("/login/code/", {"code": "000000"})
    assert "This code is not right." in text_of(wrong)
    right = client.post("/login/code/", {"code": code_of(secret)})
    assert right["Location"] == "/exams/new/"
    assert client.get("/exams/").status_code == 200
    assert actions(alice).count("user.signed_in") == 2
    assert actions(alice).count("user.second_factor_added") == 1


def test_a_code_is_good_once(alice: Person) -> None:
    code = code_of(set_up(alice))
    first, _ = sign_in()
    assert first.post("/login/code/", {"code": code}).status_code == 302
    second, _ = sign_in()
    assert "This code is not right." in text_of(
        second.post("/login/code/", {"code": f" {code[:3]} {code[3:]}"})
    )


def test_a_recovery_code_opens_once(alice: Person) -> None:
    set_up(alice)
    codes = recovery_codes(alice)
    assert len(set(codes)) == 10
    shown = alice.client.get(CODES)
    page = text_of(shown)
    assert "no-store" in shown["Cache-Control"]
    assert all(code in page for code in codes)
    client, _ = sign_in()
    assert client.post("/login/code/", {"code": codes[0]})["Location"] == "/exams/"
    again, _ = sign_in()
    cache.clear()
    assert again.post("/login/code/", {"code": codes[0]}).status_code == 200
    assert recovery_codes(alice) == codes[1:]


def test_new_recovery_codes_replace_the_old_ones(
    alice: Person, django_capture_on_commit_callbacks: Any
) -> None:
    set_up(alice)
    before = recovery_codes(alice)
    with django_capture_on_commit_callbacks(execute=True):
        assert alice.client.post(f"{CODES}new/")["Location"] == CODES
    assert set(before).isdisjoint(recovery_codes(alice))
    assert "user.recovery_codes_made" in actions(alice)


def test_removing_the_app_needs_a_second_look_and_leaves_no_codes(alice: Person) -> None:
    secret = set_up(alice)
    client, _ = sign_in()
    client.post("/login/code/", {"code": code_of(secret)})
    assert client.post(f"{APP}remove/")["Location"].startswith("/account/again/")
    assert alice.client.post(f"{APP}remove/")["Location"] == "/account/factor/"
    assert not Authenticator.objects.exists()
    assert "user.second_factor_removed" in actions(alice)
    assert sign_in()[1]["Location"] == "/exams/"


def test_a_wrong_code_sets_nothing_up(alice: Person) -> None:
    alice.client.post(f"/account/again/?next={APP}", {"password": PASSWORD})
    alice.client.get(APP)
    for code in ("000000", "", "x" * 500, "１２３４５６", "\0"):
        assert alice.client.post(APP, {"code": code}).status_code == 200
    assert not second_factor.is_on(alice.user)


def test_guessing_codes_ends(alice: Person) -> None:
    set_up(alice)
    cache.clear()
    client, _ = sign_in()
    pages = [text_of(client.post("/login/code/", {"code": f"{number:06}"})) for number in range(7)]
    assert "Too many tries." in pages[-1]


def test_the_page_for_the_code_is_closed_without_the_password(alice: Person) -> None:
    assert Client().get("/login/code/")["Location"] == "/login/"
    assert Client().post("/login/code/", {"code": "123456"})["Location"] == "/login/"


def test_a_program_sends_the_code_with_the_password(alice: Person) -> None:
    secret = set_up(alice)

    def token(**fields: str) -> Any:
        wanted = {"email": alice.user.email, "password": PASSWORD, **fields}
        return Client().post("/api/v1/auth/token/", wanted, content_type="application/json")

    missing = token()
    assert (missing.status_code, missing.json()["code"]) == (401, "second_factor_needed")
    wrong = token(code="000000")
    assert (wrong.status_code, wrong.json()["code"], wrong.json()["field"]) == (401, "code_refused", "code")
    code = code_of(secret)
    assert token(code=code).status_code == 200
    assert token(code=code).json()["code"] == "code_refused"
    assert token(code=recovery_codes(alice)[0]).status_code == 200
    assert actions(alice).count("user.signed_in") == 3
    cache.clear()
    assert [token(code=f"{number:06}").status_code for number in range(6)][-1] == 429


def test_a_wrong_password_is_not_told_of_the_second_factor(alice: Person) -> None:
    set_up(alice)
    wanted = {"email": alice.user.email, "password": "wrong"}
    answer = Client().post("/api/v1/auth/token/", wanted, content_type="application/json")
    assert answer.json()["code"] == "sign_in_refused"
    assert sign_in(password="wrong")[1].status_code == 422


def test_the_secret_is_sealed_at_rest(alice: Person, settings: Any) -> None:
    secret = set_up(alice)
    stored = Authenticator.objects.get(type=Authenticator.Type.TOTP).data["secret"]
    assert secret not in stored
    adapter = second_factor.FactorAdapter()
    assert adapter.decrypt(stored) == secret
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another-key-" * 5
    assert adapter.decrypt(stored) == secret
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(Unavailable, match="key was changed"):
        adapter.decrypt(stored)


def test_a_new_password_does_not_take_the_second_factor_away(alice: Person) -> None:
    set_up(alice)
    fields = {"oldpassword": PASSWORD, "password1": "a staple for the battery"}
    alice.client.post("/account/password/", fields)
    assert sign_in(password="a staple for the battery")[1]["Location"] == "/login/code/"


def test_the_account_page_says_whether_there_is_one(alice: Person) -> None:
    assert "Set it up" in text_of(alice.client.get("/account/"))
    set_up(alice)
    assert "See and change it" in text_of(alice.client.get("/account/"))
    assert "Remove the app" in text_of(alice.client.get("/account/factor/"))


def test_an_operator_removes_what_was_lost(alice: Person) -> None:
    set_up(alice)
    said = StringIO()
    call_command("secondfactor", "remove", " Alice@north.example", stdout=said)
    assert said.getvalue().startswith("Removed 2 of alice@north.example.")
    assert sign_in()[1]["Location"] == "/exams/"
    assert actions(alice).count("user.second_factor_removed") == 1
    with pytest.raises(CommandError, match="There is no account"):
        call_command("secondfactor", "remove", "nobody@north.example")
