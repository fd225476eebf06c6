"""Passwords that are lost and changed: by mail, by oneself, on record, with everybody else signed out."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from accounts import tokens
from accounts.errors import Unauthenticated
from accounts.models import AuditEntry
from accounts.tenancy import tenant_scope
from tests.accounts.test_guessing import lock
from tests.accounts.test_pages import text_of
from tests.conftest import PASSWORD, Person

pytestmark = pytest.mark.django_db
NEW = "a staple for the battery"


def ask(email: str, **extra: Any) -> Any:
    return Client().post("/password/lost/", {"email": email}, follow=True, **extra)


def mailed_path() -> str:
    found = re.search(r"http://localhost:8000(/password/new/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def sign_in(password: str, email: str = "alice@north.example") -> int:
    return Client().post("/login/", {"email": email, "password": password}).status_code


def actions(person: Person) -> list[str]:
    with tenant_scope(person.institution.id):
        return list(AuditEntry.objects.values_list("action", flat=True))


def test_a_lost_password_is_replaced_by_mail(alice: Person) -> None:
    page = ask(" Alice@North.example ")
    assert "If somebody works here with that address" in text_of(page)
    assert mail.outbox[0].to == ["alice@north.example"]
    assert mail.outbox[0].subject == "Choose a new password for Invigil"
    reader = Client()
    form = reader.get(mailed_path(), follow=True)
    address = form.redirect_chain[-1][0]
    assert address.endswith("-set-password/")
    done = reader.post(address, {"password1": NEW}, follow=True)
    assert "Your password is changed" in text_of(done)
    assert (sign_in(PASSWORD), sign_in(NEW)) == (422, 302)
    assert actions(alice).count("user.password_changed") == 1
    assert "This link is good no longer" in text_of(Client().get(mailed_path(), follow=True))


def test_the_page_says_the_same_of_an_unknown_address(alice: Person) -> None:
    known, unknown = ask("alice@north.example"), ask("nobody@north.example")
    assert re.sub(r"csrf\S+", "", text_of(known)) == re.sub(r"csrf\S+", "", text_of(unknown))
    assert [message.to for message in mail.outbox] == [["alice@north.example"], ["nobody@north.example"]]
    assert "There is no account with this address" in mail.outbox[1].body


def test_the_link_leads_to_us_whatever_host_was_asked_for(alice: Person) -> None:
    ask("alice@north.example", headers={"Host": "127.0.0.1:9"})
    assert "http://localhost:8000/password/new/" in mail.outbox[0].body


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("short", "This password is too short."),
        ("alice@north.example", "too similar to the email"),
        ("", "This field is required."),
        ("correct horse\0battery", "Null characters are not allowed."),
    ],
)
def test_a_weak_new_password_is_refused(alice: Person, password: str, words: str) -> None:
    ask("alice@north.example")
    reader = Client()
    address = reader.get(mailed_path(), follow=True).redirect_chain[-1][0]
    page = text_of(reader.post(address, {"password1": password}))
    assert words in page
    assert re.search(r'<input[^>]*name="password1"[^>]*autofocus', page)
    assert sign_in(PASSWORD) == 302


@pytest.mark.parametrize("path", ["/password/new/x-y/", "/password/new/00-set-password/"])
def test_a_made_up_link_is_refused(alice: Person, path: str) -> None:
    page = text_of(Client().get(path))
    assert "This link is good no longer" in page
    assert "Send me a new link" in page


@pytest.mark.parametrize("email", ["", "alice", "a\0@north.example"])
def test_what_is_no_address_is_refused(db: None, email: str) -> None:
    page = text_of(ask(email))
    assert "Forgotten your password?" in page
    assert 'role="alert"' in page
    assert mail.outbox == []


def test_asking_again_and_again_ends(alice: Person) -> None:
    answers = [ask("alice@north.example").status_code for _ in range(6)]
    assert answers == [200] * 5 + [429]
    assert len(mail.outbox) == 5


def test_a_new_password_ends_the_wait_for_wrong_ones(alice: Person) -> None:
    lock()
    ask("alice@north.example")
    reader = Client()
    address = reader.get(mailed_path(), follow=True).redirect_chain[-1][0]
    reader.post(address, {"password1": NEW})
    form = {"email": alice.user.email, "password": NEW}
    assert Client().post("/login/", form, REMOTE_ADDR="192.0.2.7").status_code == 302


def test_changing_the_password_signs_everybody_else_out(alice: Person) -> None:
    elsewhere = Client()
    elsewhere.force_login(alice.user)
    program = tokens.issue(membership=alice.membership)
    fields = {"oldpassword": PASSWORD, "password1": NEW}
    page = alice.client.post("/account/password/", fields, follow=True)
    assert page.redirect_chain == [("/account/", 302)]
    assert "Your password is changed." in text_of(page)
    assert alice.client.get("/account/").status_code == 200
    assert elsewhere.get("/account/")["Location"] == "/login/?next=/account/"
    with pytest.raises(Unauthenticated):
        tokens.exchange(refresh=program.refresh)
    assert (sign_in(PASSWORD), sign_in(NEW)) == (422, 302)
    assert actions(alice).count("user.password_changed") == 1


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("not this one", NEW, "This is not your password."),
        (PASSWORD, "short", "This password is too short."),
        (PASSWORD, "", "This field is required."),
    ],
)
def test_a_wrong_change_is_refused(alice: Person, old: str, new: str, words: str) -> None:
    page = text_of(alice.client.post("/account/password/", {"oldpassword": old, "password1": new}))
    assert words in page
    assert sign_in(PASSWORD) == 302


def test_asking_who_one_is_counts_as_a_try_to_sign_in(alice: Person) -> None:
    page = alice.client.post("/account/again/", {"password": "wrong"})
    assert "This is not your password." in text_of(page)
    right = alice.client.post("/account/again/?next=/account/", {"password": PASSWORD})
    assert right["Location"] == "/account/"


def test_without_a_mail_server_the_page_says_so(alice: Person, settings: Any) -> None:
    settings.EMAIL_BACKEND = "accounts.mail.NoMail"
    for email in ("alice@north.example", "nobody@north.example"):
        page = ask(email)
        assert page.status_code == 503
        assert "This server sends no mail." in text_of(page)


def test_a_mail_server_that_does_not_answer_is_no_breakage(alice: Person, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    page = ask("alice@north.example")
    assert page.status_code == 503
    assert "The mail could not be sent. Try again in a few minutes." in text_of(page)


def test_the_account_page_changes_the_name(alice: Person) -> None:
    page = text_of(alice.client.post("/account/", {"name": " Alice Adams "}, follow=True))
    assert "Saved." in page
    alice.user.refresh_from_db()
    assert alice.user.name == "Alice Adams"
    assert actions(alice)[-1] == "user.renamed"
    assert alice.client.post("/account/", {"name": ""}).status_code == 422


def test_nobody_signs_up_beside_registering_and_invitations(db: None) -> None:
    assert [Client().get(path).status_code for path in ("/signup/", "/accounts/signup/")] == [404, 404]
