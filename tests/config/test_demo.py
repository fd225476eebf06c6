"""The demonstration: a login that works, and a link that opens a seat."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.models import Institution, User
from config.demo import Demo, ensure_demo


@pytest.fixture
def demo(db: None, settings: Any, tmp_path: Path) -> Demo:
    settings.VAR_DIR = tmp_path
    return ensure_demo()


def test_the_examiner_can_sign_in(demo: Demo) -> None:
    client = Client()

    signed_in = client.post("/login/", {"email": demo.email, "password": demo.password})

    assert (signed_in.status_code, signed_in["Location"]) == (302, "/exams/")


def test_the_password_is_kept_from_other_users_of_the_machine(demo: Demo, settings: Any) -> None:
    assert (settings.VAR_DIR / "demo.json").stat().st_mode & 0o777 == 0o600


def test_a_second_start_says_the_same_and_creates_nothing(demo: Demo) -> None:
    assert ensure_demo() == demo
    assert Institution.objects.count() == 1


def test_a_used_link_is_followed_by_one_that_still_opens(demo: Demo) -> None:
    client = Client()
    address = demo.join_link.removeprefix("http://localhost:8000")
    assert client.post(address).status_code == 303

    following = ensure_demo()

    assert following.join_link != demo.join_link
    assert Client().get(following.join_link.removeprefix("http://localhost:8000")).status_code == 200


def test_a_changed_password_is_not_printed_any_more(demo: Demo) -> None:
    user = User.objects.get(email=demo.email)
    user.set_password("something quite different")
    user.save(update_fields=["password"])

    assert ensure_demo().password is None
