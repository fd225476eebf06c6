"""What the pages ask of passwords, and what signing in does to the browser's session."""

import re

import pytest
from django.test import Client

from accounts.models import User
from tests.conftest import PASSWORD, Person

pytestmark = pytest.mark.django_db
FIELD = re.compile(r"<input[^>]*name=\"(?:old|new_)?password[12]?\"[^>]*>|<input[^>]*type=\"password\"[^>]*>")


@pytest.mark.parametrize(
    "password",
    ["aaaa bbbb cc", "        ten+ spaces        ", "Ωμέγα-кириллица-漢字", "x9" * 32, "7" + "q" * 199],
)
def test_any_characters_and_any_length_make_a_password(password: str) -> None:
    fields = {
        "institution": "East",
        "name": "Eve",
        "email": "eve@east.example",
        "password": password,
        "time_zone": "UTC",
    }
    assert Client().post("/register/", fields).status_code == 302
    assert User.objects.get(email="eve@east.example").check_password(password)
    assert not User.objects.get(email="eve@east.example").check_password(password.swapcase())
    entered = Client().post("/login/", {"email": "eve@east.example", "password": password})
    assert entered.status_code == 302


@pytest.mark.parametrize("address", ["/login/", "/register/", "/account/password/", "/account/again/"])
def test_every_password_field_masks_and_lets_managers_fill_it(address: str, alice: Person) -> None:
    client = alice.client if address.startswith("/account/") else Client()
    fields = FIELD.findall(client.get(address, follow=True).content.decode())
    assert fields
    for field in fields:
        assert 'type="password"' in field
        assert re.search(r'autocomplete="(current|new)-password"', field), field
        assert "onpaste" not in field


def test_signing_in_changes_the_key_of_the_session(alice: Person) -> None:
    browser = Client()
    browser.get("/exams/")
    browser.session.save()
    before = browser.session.session_key
    browser.cookies["sessionid"] = before
    browser.post("/login/", {"email": alice.user.email, "password": PASSWORD})
    assert browser.session.session_key not in (before, None)
