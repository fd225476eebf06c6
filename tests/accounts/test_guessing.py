"""Wrong passwords: counted by person and address, and by address; the wait is said, on record, and ends."""

from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts import throttle
from accounts.models import AuditEntry
from accounts.tasks import forget_expired
from accounts.tenancy import tenant_scope
from tests.accounts.test_pages import text_of
from tests.conftest import PASSWORD, Person

pytestmark = pytest.mark.django_db
LIMIT: int = settings.AXES_FAILURE_LIMIT


def try_password(password: str, *, email: str = "alice@north.example", ip: str = "192.0.2.7") -> Any:
    return Client().post("/login/", {"email": email, "password": password}, REMOTE_ADDR=ip)


def lock(email: str = "alice@north.example") -> None:
    for _ in range(LIMIT):
        try_password("wrong", email=email)


def test_guessing_ends_with_words_that_say_how_long(alice: Person) -> None:
    answers = [try_password("wrong").status_code for _ in range(LIMIT)]
    assert answers == [422] * (LIMIT - 1) + [429]
    held = try_password(PASSWORD)
    assert held.status_code == 429
    assert "Too many wrong passwords for this address. Wait 10 minutes, then try again." in text_of(held)
    assert Client().get("/login/").status_code == 200


def test_the_owner_of_the_account_is_not_kept_out_elsewhere(alice: Person, bob: Person) -> None:
    lock()
    assert try_password(PASSWORD, ip="192.0.2.9").status_code == 302
    assert try_password(PASSWORD, email=bob.user.email).status_code == 302


def test_it_is_on_record_once(alice: Person) -> None:
    lock()
    try_password("wrong")
    with tenant_scope(alice.institution.id):
        entry = AuditEntry.objects.get(action="user.locked_out")
    assert (entry.actor, entry.subject, entry.ip) == ("system", f"user:{alice.user.id}", "192.0.2.0/24")


def test_an_unknown_address_is_answered_in_the_same_way(alice: Person) -> None:
    known = [text_of(try_password("wrong")).count("do not fit") for _ in range(LIMIT + 1)]
    unknown = [
        text_of(try_password("wrong", email="no@north.example", ip="192.0.2.8")).count("do not fit")
        for _ in range(LIMIT + 1)
    ]
    assert known == unknown


def test_the_wait_ends_and_trying_on_does_not_lengthen_it(alice: Person) -> None:
    lock()
    past = timezone.now() - timedelta(minutes=9, seconds=30)
    AccessAttempt.objects.update(attempt_time=past)
    held = try_password("wrong")
    assert "Wait 1 minute, then" in text_of(held)
    assert AccessAttempt.objects.get().attempt_time == past
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=10, seconds=1))
    assert try_password(PASSWORD).status_code == 302


def test_a_right_password_forgets_the_wrong_ones(alice: Person) -> None:
    for _ in range(2):
        for _ in range(LIMIT - 1):
            assert try_password("wrong").status_code == 422
        assert try_password(PASSWORD).status_code == 302
    assert not AccessAttempt.objects.exists()


def test_many_names_from_one_network_are_slowed_down_too(db: None) -> None:
    for number in range(throttle.LIMIT):
        assert try_password("wrong", email=f"person{number}@north.example").status_code == 422
    held = try_password("wrong", email="another@north.example")
    assert "Too many failed tries from this network." in text_of(held)


def test_page_and_programs_are_counted_together(alice: Person) -> None:
    lock()
    wanted = {"email": alice.user.email, "password": PASSWORD}
    answer = Client().post(
        "/api/v1/auth/token/", wanted, content_type="application/json", REMOTE_ADDR="192.0.2.7"
    )
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_tries")


def test_nothing_that_was_typed_is_kept_and_old_failures_are_forgotten(alice: Person) -> None:
    try_password("what I typed")
    kept = AccessAttempt.objects.get()
    assert "what I typed" not in kept.post_data
    assert alice.user.email not in kept.post_data
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=11))
    forget_expired()
    assert not AccessAttempt.objects.exists()
