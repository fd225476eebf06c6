"""A ticket opens one door, once."""

import threading
import time

import pytest
from django.conf import settings

from accounts import tickets
from accounts.tickets import Ticket
from tests.conftest import Person

TICKET = Ticket(kind="seat", institution_id="0" * 32, holder_id="1", device_key="k")


def test_a_ticket_works_once() -> None:
    secret = tickets.issue(TICKET)
    assert len(secret) >= 43
    assert tickets.redeem(secret) == TICKET
    assert tickets.redeem(secret) is None


def test_nobody_guesses_a_ticket() -> None:
    tickets.issue(TICKET)
    for secret in ("", "x", "\0", "ticket:1", "é" * 5000):
        assert tickets.redeem(secret) is None


def test_of_many_callers_one_gets_in() -> None:
    secret = tickets.issue(TICKET)
    ready = threading.Barrier(8)
    got: list[Ticket | None] = []

    def redeem() -> None:
        ready.wait(timeout=60)
        got.append(tickets.redeem(secret))

    threads = [threading.Thread(target=redeem) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert [ticket for ticket in got if ticket is not None] == [TICKET]
    assert len(got) == 8


def test_a_crowd_pushes_nobodys_ticket_out() -> None:
    first = tickets.issue(TICKET)
    for _ in range(2000):
        tickets.issue(TICKET)
    assert tickets.redeem(first) == TICKET


@pytest.mark.django_db
def test_a_ticket_of_a_page_ends_with_its_browser(alice: Person) -> None:
    session = alice.client.session
    ticket = tickets.redeem(tickets.issue_to_member(alice.membership, session))
    assert ticket is not None
    assert session.session_key not in str(ticket)
    assert not tickets.is_over(ticket, now_s=time.time())
    assert tickets.is_over(ticket, now_s=time.time() + settings.SESSION_COOKIE_AGE)
    tickets.close_what_was_opened(session)
    assert tickets.is_over(ticket, now_s=time.time())


@pytest.mark.django_db
def test_a_ticket_of_a_program_belongs_to_no_browser(alice: Person) -> None:
    ticket = tickets.redeem(tickets.issue_to_member(alice.membership))
    assert ticket is not None
    assert not tickets.is_over(ticket, now_s=time.time() + 10**9)
