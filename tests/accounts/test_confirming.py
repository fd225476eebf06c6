"""An email address is confirmed by a link in a mail, and nobody is kept from working until then."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from accounts.models import AuditEntry, User
from accounts.tenancy import unscoped
from tests.accounts.test_pages import FIELDS, text_of
from tests.conftest import Person

pytestmark = pytest.mark.django_db


def registered() -> Client:
    client = Client()
    assert client.post("/register/", FIELDS)["Location"] == "/exams/"
    return client


def mailed_path() -> str:
    found = re.search(r"http://localhost:8000(/email/confirm/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def test_registering_sends_a_link_that_confirms(db: None) -> None:
    client = registered()
    assert client.get("/exams/").status_code == 200
    assert [message.to for message in mail.outbox] == [["ann@north.example"]]
    assert mail.outbox[0].subject == "Confirm your email address for Invigil"
    assert "Send me a link" in text_of(client.get("/account/"))
    path = mailed_path()
    assert "Is ann@north.example your address" in text_of(client.get(path))
    assert "Send me a link" in text_of(client.get("/account/"))
    page = text_of(client.post(path, follow=True))
    assert "Your email address is confirmed." in page
    assert '<span class="badge badge-good">Confirmed</span>' in page
    assert "This link is good no longer" in text_of(client.get(path))
    with unscoped("a test reads the log of the institution it made"):
        assert AuditEntry.objects.filter(action="user.email_confirmed").count() == 1


def test_the_link_signs_nobody_in(db: None) -> None:
    registered()
    stranger = Client()
    assert stranger.post(mailed_path())["Location"] == "/account/"
    assert stranger.get("/account/")["Location"] == "/login/?next=/account/"


def test_another_link_is_sent_on_request_but_not_all_the_time(alice: Person) -> None:
    assert alice.client.get("/account/email/").status_code == 405
    first = text_of(alice.client.post("/account/email/", follow=True))
    assert "A link is on its way to you." in first
    again = text_of(alice.client.post("/account/email/", follow=True))
    assert "A link was sent a moment ago." in again
    assert [message.to for message in mail.outbox] == [["alice@north.example"]]
    assert "confirmed" in text_of(alice.client.post(mailed_path(), follow=True))


def test_a_server_without_mail_keeps_nobody_from_registering(db: None, settings: Any) -> None:
    settings.EMAIL_BACKEND = "accounts.mail.NoMail"
    client = registered()
    assert client.get("/exams/").status_code == 200
    assert User.objects.count() == 1


def test_a_server_without_mail_says_so_when_asked(alice: Person, settings: Any) -> None:
    settings.EMAIL_BACKEND = "accounts.mail.NoMail"
    answer = alice.client.post("/account/email/")
    assert answer.status_code == 503
    assert "This server sends no mail." in text_of(answer)


@pytest.mark.parametrize("key", ["made-up", "Mg:1xUpAR:aaaa", "0"])
def test_a_made_up_link_is_refused(alice: Person, key: str) -> None:
    assert "This link is good no longer" in text_of(Client().get(f"/email/confirm/{key}/"))
    assert Client().post(f"/email/confirm/{key}/").status_code == 404
