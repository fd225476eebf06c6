"""A program of a person watches as the console does."""

import pytest
from asgiref.sync import sync_to_async
from django.test import Client

from accounts import api_keys
from accounts.models import Scope
from accounts.tenancy import tenant_scope
from tests.conftest import Person
from tests.factories import make_exam
from tests.proctoring.sockets import End

pytestmark = pytest.mark.django_db(transaction=True)
TICKET = "/api/v1/live/ticket/"


def exam_and_ticket(owner: Person, caller: Person) -> tuple[str, str]:
    with tenant_scope(owner.institution.id):
        exam = make_exam()
    answer = caller.client.post(TICKET, {}, content_type="application/json")
    assert (answer.status_code, answer.json()["expires_in"]) == (200, 30)
    return str(exam.id), answer.json()["ticket"]


async def test_the_ticket_opens_the_live_socket_once(alice: Person) -> None:
    exam_id, ticket = await sync_to_async(exam_and_ticket)(alice, alice)
    end = await End("/ws/console/").open()
    await end.say(type="hello", ticket=ticket, exam=exam_id)
    assert (await end.hear())["type"] == "welcome"
    await end.leave()
    again = await End("/ws/console/").open()
    await again.say(type="hello", ticket=ticket, exam=exam_id)
    assert await again.closing_code() == 4401


async def test_it_shows_nobody_elses_exam(alice: Person, charlie: Person) -> None:
    exam_id, ticket = await sync_to_async(exam_and_ticket)(alice, charlie)
    end = await End("/ws/console/").open()
    await end.say(type="hello", ticket=ticket, exam=exam_id)
    assert await end.closing_code() == 4404


def test_a_key_watches_by_asking(alice: Person) -> None:
    with tenant_scope(alice.institution.id):
        key = api_keys.create(name="campus", scopes=[Scope.READ]).text
    answer = Client().post(
        TICKET, {}, content_type="application/json", headers={"Authorization": f"Api-Key {key}"}
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "person_needed")
