"""An institution that asks its members for a second factor: who has none sets one up before anything else."""

from typing import Any

import pytest
from django.test import Client

from accounts import tokens
from accounts.models import Institution
from tests.accounts.test_pages import text_of
from tests.accounts.test_second_factor import actions, set_up
from tests.conftest import Person

pytestmark = pytest.mark.django_db
SETTINGS = {"name": "North", "time_zone": "UTC"}


@pytest.fixture
def required(alice: Person) -> None:
    set_up(alice)
    answer = alice.client.post("/settings/", {**SETTINGS, "require_second_factor": "on"})
    assert answer.status_code == 302


def api(person: Person) -> Any:
    token = tokens.issue(membership=person.membership).access
    return Client().get("/api/v1/exams/", headers={"Authorization": f"Bearer {token}"})


@pytest.mark.usefixtures("required")
def test_without_a_second_factor_nothing_of_the_institution_opens(alice: Person, bob: Person) -> None:
    page = bob.client.get("/exams/", follow=True)
    assert page.redirect_chain == [("/account/factor/", 302)]
    assert "Your institution asks for a second factor." in text_of(page)
    assert bob.client.post("/console/ticket/").status_code == 403
    for answer in (bob.client.get("/api/v1/exams/"), api(bob)):
        assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_required")
    assert bob.client.get("/account/").status_code == 200
    assert alice.client.get("/exams/").status_code == 200
    assert api(alice).status_code == 200


@pytest.mark.usefixtures("required")
def test_with_one_everything_opens_and_it_is_on_record(alice: Person, bob: Person) -> None:
    set_up(bob)
    assert bob.client.get("/exams/").status_code == 200
    assert api(bob).status_code == 200
    assert actions(alice).count("institution.second_factor_required") == 1
    alice.client.post("/settings/", SETTINGS)
    assert actions(alice).count("institution.second_factor_left_open") == 1
    assert Institution.objects.get(id=alice.institution.id).require_second_factor is False


def test_nobody_locks_themselves_out(alice: Person) -> None:
    answer = alice.client.post("/settings/", {**SETTINGS, "name": "New", "require_second_factor": "on"})
    assert answer.status_code == 422
    assert "Set up a second factor of your own first" in text_of(answer)
    kept = Institution.objects.get(id=alice.institution.id)
    assert (kept.require_second_factor, kept.name) == (False, "North")


@pytest.mark.usefixtures("required")
def test_another_institution_goes_on_without(charlie: Person) -> None:
    assert charlie.client.get("/exams/").status_code == 200
