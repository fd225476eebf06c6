"""The headers of every kind of answer: pages, the API, static files, refusals, the candidate's own pages."""

import pytest
from django.test import Client

from config.headers import NARROWEST
from tests.conftest import Person

pytestmark = pytest.mark.django_db
KINDS = {
    "a page": "/exams/",
    "settings": "/settings/",
    "the account": "/account/",
    "the API": "/api/v1/exams/",
    "its description": "/api/v1/schema/",
    "nothing": "/nowhere/",
    "a link nobody has": "/join/nobody/",
    "signing in": "/login/",
}


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_is_answered_says_what_a_browser_may_do_with_it(kind: str, alice: Person) -> None:
    answer = alice.client.get(KINDS[kind])
    assert {name: answer[name] for name in ("Permissions-Policy", "Cross-Origin-Resource-Policy")} == {
        name: NARROWEST[name] for name in ("Permissions-Policy", "Cross-Origin-Resource-Policy")
    }
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Referrer-Policy"] == ("strict-origin" if "join" in KINDS[kind] else "same-origin")


@pytest.mark.parametrize("kind", KINDS)
def test_every_policy_names_what_may_run_and_nothing_inline(kind: str, alice: Person) -> None:
    policy = dict(
        part.strip().partition(" ")[::2]
        for part in alice.client.get(KINDS[kind])["Content-Security-Policy"].split(";")
    )
    assert policy["object-src"] == "'none'"
    assert policy["base-uri"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert policy["script-src"] == "'self'"
    assert "unsafe" not in " ".join(policy.values())


def test_static_files_may_be_kept_and_are_nobody_elses() -> None:
    answer = Client().get("/static/dist/favicon.svg")
    assert (answer.status_code, answer.getvalue()[:4]) == (200, b"<svg")
    assert "no-store" not in answer["Cache-Control"]
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_message_is_told_once_and_leaves_no_cookie(alice: Person) -> None:
    alice.client.post("/account/", {"name": "Alice Anderson"})
    assert "Saved." in alice.client.get("/account/").content.decode()
    assert alice.client.cookies["messages"].value == ""
    assert "Saved." not in alice.client.get("/account/").content.decode()
