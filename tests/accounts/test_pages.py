"""Registering, signing in and out, and what a page says when it refuses."""

import re
from typing import Any

import pytest
from django.test import Client, RequestFactory

from accounts import throttle
from accounts.models import AuditEntry, Institution, User
from accounts.tenancy import tenant_scope
from config.views import server_error
from tests.conftest import PASSWORD, Person

pytestmark = pytest.mark.django_db

FIELDS = {
    "institution": "North",
    "time_zone": "Europe/Oslo",
    "name": "Ann",
    "email": "ann@north.example",
    "password": PASSWORD,
}


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_registering_leads_to_the_empty_list_of_exams() -> None:
    client = Client()
    page = text_of(client.post("/register/", FIELDS, follow=True))
    assert "Create your first exam" in page
    assert "North" in page
    assert Institution.objects.get().timezone == "Europe/Oslo"
    assert client.get("/register/")["Location"] == "/exams/"


def test_institutions_are_not_made_in_bulk() -> None:
    for number in range(throttle.LIMIT):
        assert Client().post("/register/", FIELDS | {"email": f"a{number}@b.example"}).status_code == 302
    answer = Client().post("/register/", FIELDS | {"email": "late@b.example"})
    assert answer.status_code == 429
    assert not User.objects.filter(email="late@b.example").exists()


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"institution": ""}, "institution", "This field is required."),
        ({"email": "ann"}, "email", "Enter a valid email address."),
        ({"password": "short"}, "password", "This password is too short."),
        ({"password": "correct horse\0battery"}, "password", "Null characters are not allowed."),
        ({"time_zone": "Mars/Olympus"}, "time_zone", "Select a valid choice."),
        ({"email": "alice@north.example"}, "email", "already has an account"),
    ],
)
def test_a_refused_registration_says_why_beside_the_field(
    alice: Person, changes: dict[str, str], field: str, words: str
) -> None:
    response = Client().post("/register/", FIELDS | changes)
    page = text_of(response)
    assert response.status_code == 422
    assert words in page
    assert re.search(rf'<(input|select)[^>]*name="{field}"[^>]*autofocus', page)
    assert PASSWORD not in page
    assert User.objects.count() == 1


def test_signing_out_lets_the_browser_keep_no_page(alice: Person) -> None:
    assert "Clear-Site-Data" not in alice.client.get("/exams/").headers
    answer = alice.client.post("/logout/")
    assert (answer["Location"], answer["Clear-Site-Data"]) == ("/login/", '"cache"')


def test_signing_in_and_out(alice: Person) -> None:
    client = Client()
    fields = {"email": " ALICE@north.example", "password": PASSWORD}
    response = client.post("/login/", fields | {"next": "/exams/new/"}, REMOTE_ADDR="192.0.2.7")
    assert (response.status_code, response["Location"]) == (302, "/exams/new/")
    with tenant_scope(alice.institution.id):
        assert AuditEntry.objects.get(action="user.signed_in").ip == "192.0.2.0/24"
    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/")["Location"] == "/login/"
    assert client.get("/exams/")["Location"] == "/login/?next=/exams/"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_signing_in_leads_to_pages_of_ours_only(alice: Person, target: str) -> None:
    fields = {"email": "alice@north.example", "password": PASSWORD, "next": target}
    assert Client().post("/login/", fields)["Location"] == "/exams/"


def test_a_wrong_password_and_an_unknown_address_say_the_same(alice: Person) -> None:
    client = Client()
    pages = [
        text_of(client.post("/login/", {"email": email, "password": "wrong"}))
        for email in ("alice@north.example", "nobody@north.example")
    ]
    for page in pages:
        assert "The email address and the password do not fit together." in page


def test_somebody_without_an_institution_is_told_so() -> None:
    client = Client()
    client.force_login(User.objects.create_user("lone@north.example", PASSWORD))
    response = client.get("/exams/")
    assert response.status_code == 403
    assert "Your account belongs to no institution." in text_of(response)


def test_a_missing_page_names_its_code_and_request(alice: Person) -> None:
    response = alice.client.get("/nowhere/")
    page = text_of(response)
    assert response.status_code == 404
    assert "<code>not_found</code>" in page
    assert f"<code>{response['X-Request-ID']}</code>" in page


def test_a_breakage_is_said_in_words(rf: RequestFactory) -> None:
    response = server_error(rf.get("/"))
    assert response.status_code == 500
    assert "Something broke on our side." in text_of(response)


@pytest.mark.parametrize(
    "accept", ["text/html,application/xhtml+xml,*/*;q=0.8", "*/*", "", "text/html, application/json"]
)
def test_a_person_gets_a_page(alice: Person, accept: str) -> None:
    response = alice.client.get("/nowhere/", headers={"Accept": accept})
    assert response["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("accept", ["application/json", "application/json, text/plain, */*"])
def test_a_program_gets_json(alice: Person, accept: str) -> None:
    response = alice.client.get("/nowhere/", headers={"Accept": accept})
    assert response.json() == {
        "code": "not_found",
        "message": "There is nothing here. The address may be mistyped or too old.",
        "field": None,
        "request_id": response["X-Request-ID"],
    }


def test_a_forged_form_is_refused_in_words(alice: Person) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/login/", {"email": "alice@north.example", "password": PASSWORD})
    assert response.status_code == 403
    assert "Reload it and try again." in text_of(response)


@pytest.mark.parametrize("path", ["/login/", "/register/", "/exams/", "/exams/new/", "/nowhere/"])
def test_a_page_holds_no_inline_script_or_style(alice: Person, path: str) -> None:
    page = alice.client.get(path) if path != "/login/" else Client().get(path)
    html = page.content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", html)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", html)
    assert "script-src 'self'" in page["Content-Security-Policy"]
