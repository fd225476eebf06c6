"""Where one is signed in, in words, and signing out of everything else."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from accounts import devices, member_invitations, tokens
from accounts.errors import Unauthenticated
from accounts.models import AuditEntry
from accounts.roles import Role
from accounts.tasks import forget_expired
from accounts.tenancy import tenant_scope
from tests.accounts.test_pages import FIELDS, text_of
from tests.conftest import PASSWORD, Person

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.5 Mobile/15E148 Safari/604.1"
)


def signed_in_with(agent: str) -> Client:
    client = Client(headers={"User-Agent": agent})
    fields = {"email": "alice@north.example", "password": PASSWORD}
    assert client.post("/login/", fields).status_code == 302
    return client


def test_the_page_names_each_browser(alice: Person) -> None:
    here, elsewhere = signed_in_with(FIREFOX), signed_in_with(SAFARI)
    page = text_of(here.get("/account/"))
    assert 'Firefox on Linux <span class="badge badge-good">This one</span>' in page
    assert "Safari on iPhone<div" in page
    elsewhere.post("/logout/")
    assert "Safari on iPhone" not in text_of(here.get("/account/"))


def test_signing_out_everywhere_else(alice: Person, bob: Person) -> None:
    here, elsewhere = signed_in_with(FIREFOX), signed_in_with(SAFARI)
    program = tokens.issue(membership=alice.membership)
    bobs = Client()
    bobs.post("/login/", {"email": bob.user.email, "password": PASSWORD})
    assert here.get("/account/devices/end/").status_code == 405
    page = text_of(here.post("/account/devices/end/", follow=True))
    assert "You are signed in here only." in page
    assert "Safari on iPhone" not in page
    assert elsewhere.get("/exams/")["Location"] == "/login/?next=/exams/"
    assert here.get("/exams/").status_code == 200
    assert bobs.get("/exams/").status_code == 200
    with pytest.raises(Unauthenticated):
        tokens.exchange(refresh=program.refresh)
    with tenant_scope(alice.institution.id):
        assert AuditEntry.objects.filter(action="user.signed_out_elsewhere").count() == 1


def test_who_registers_or_joins_is_listed_too(alice: Person) -> None:
    client = Client(headers={"User-Agent": FIREFOX})
    client.post("/register/", FIELDS)
    assert "Firefox on Linux" in text_of(client.get("/account/"))
    with tenant_scope(alice.institution.id):
        invitation = member_invitations.invite(
            email="dora@north.example", role=Role.PROCTOR, actor=alice.user
        )
    joining = Client(headers={"User-Agent": SAFARI})
    path = member_invitations.link_of(invitation).removeprefix("http://localhost:8000")
    assert joining.post(path, {"name": "Dora", "password": PASSWORD})["Location"] == "/exams/"
    assert "Safari on iPhone" in text_of(joining.get("/account/"))
    assert UserSession.objects.count() == 2


def test_what_is_over_is_forgotten(alice: Person) -> None:
    signed_in_with(FIREFOX)
    over = timezone.now() - timedelta(seconds=1)
    Session.objects.update(expire_date=over)
    forget_expired()
    assert (Session.objects.count(), UserSession.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        (SAFARI, "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537.36 Edg/126.0", "Edge on Windows"),
        (
            "Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile Safari/537.36",
            "Chrome on Android",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Chrome/126 Safari/537",
            "Chrome on macOS",
        ),
        ("curl/8.5.0", "A browser"),
        ("", "A browser"),
    ],
)
def test_browsers_in_words(agent: str, words: str) -> None:
    assert devices.words_for(agent) == words


def test_a_strange_or_absent_address_is_no_breakage(alice: Person) -> None:
    fields: dict[str, Any] = {"email": "alice@north.example", "password": PASSWORD}
    client = Client(headers={"User-Agent": "x" * 5000 + "<script>"})
    assert client.post("/login/", fields, REMOTE_ADDR="").status_code == 302
    assert "<script>" not in text_of(client.get("/account/")).partition("<main")[2]
