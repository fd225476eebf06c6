"""Seating a candidate: what is answered at once is what is read later, and few questions are asked for it."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts import api_keys, audit
from accounts.models import AuditEntry, Scope
from accounts.tenancy import tenant_scope
from tests.conftest import Person
from tests.factories import make_exam

pytestmark = pytest.mark.django_db
SESSIONS = "/api/v1/sessions/"


def program(person: Person) -> tuple[dict[str, str], str]:
    """A key's header and an exam."""
    with tenant_scope(person.institution.id):
        key = api_keys.create(name="campus", scopes=[Scope.READ, Scope.WRITE])
        return {"Authorization": f"Api-Key {key.text}"}, str(make_exam().id)


def seat(header: dict[str, str], exam: str, candidate: str) -> dict[str, Any]:
    body = {"exam": exam, "candidate_id": candidate}
    answer = Client().post(SESSIONS, body, content_type="application/json", headers=header)
    assert answer.status_code == 201, answer.content
    made: dict[str, Any] = answer.json()
    return made


def test_what_is_answered_is_what_is_read(alice: Person) -> None:
    header, exam = program(alice)
    for candidate in ("c-1", " c-2 "):
        made = seat(header, exam, candidate)
        assert made == Client().get(f"{SESSIONS}{made['id']}/", headers=header).json()
        assert made["candidate_id"] == candidate.strip()
        assert "/join/" in made["join_url"]


def test_each_link_is_on_record_once(alice: Person) -> None:
    header, exam = program(alice)
    made = [seat(header, exam, candidate)["id"] for candidate in ("c-1", "c-2")]
    with tenant_scope(alice.institution.id):
        issued = AuditEntry.objects.filter(action="invitation.issued").values_list("subject", flat=True)
        assert list(issued) == [f"session:{session}" for session in made]
        assert audit.first_broken() is None


def test_few_questions_are_asked(alice: Person, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    header, exam = program(alice)
    seat(header, exam, "c-1")
    # The key, the person, the exam, the person again, whoever is seated; the rows of person, sitting, event
    # and link; who wants to be told; three for the audit log; and the transaction itself.
    with django_assert_num_queries(14):
        seat(header, exam, "c-2")


@pytest.mark.parametrize("field", ["external_id", "name"])
def test_a_candidate_needs_a_name_that_can_be_seen(alice: Person, field: str) -> None:
    header, exam = program(alice)
    person = {"external_id": "c-1", "name": "Ada", field: "\u200b\u3164"}
    body = {"exam": exam, "candidate": person}
    answer = Client().post(SESSIONS, body, content_type="application/json", headers=header)
    assert (answer.status_code, answer.json()["field"]) == (400, field)
