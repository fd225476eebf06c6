"""Whoever does nothing for an hour is signed out and told so; what pages fetch by themselves is nobody."""

import re
import time
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.test import Client

from accounts import tickets
from accounts.idle import LAST_ACT, NOTED_EVERY_S
from accounts.tickets import idle_s
from exams.seats import SEATS
from tests.conftest import PASSWORD, Person

pytestmark = pytest.mark.django_db
WORDS = "You were signed out because nothing was done here for 60 minutes."


def rest(client: Client, seconds: int) -> int:
    """As if nothing had been done for so long; gives back when the last thing was done then."""
    session = client.session
    session[LAST_ACT] = int(time.time()) - seconds
    session.save()
    last_s: int = session[LAST_ACT]
    return last_s


def last_act(client: Client) -> Any:
    return client.session.get(LAST_ACT)


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_after_an_hour_the_next_page_is_the_sign_in_which_says_why_and_leads_back(alice: Person) -> None:
    assert settings.SESSION_IDLE_MINUTES == 60
    assert alice.client.get("/settings/members/?page=1").status_code == 200
    rest(alice.client, idle_s())
    answer = alice.client.get("/settings/members/?page=1", follow=True)
    assert answer.redirect_chain == [("/login/?next=/settings/members/%3Fpage%3D1", 302)]
    assert WORDS in text_of(answer)
    assert WORDS not in text_of(alice.client.get("/login/"))
    fields = {"email": "alice@north.example", "password": PASSWORD, "next": "/settings/members/?page=1"}
    assert alice.client.post("/login/", fields)["Location"] == "/settings/members/?page=1"
    assert alice.client.get("/settings/members/").status_code == 200


def test_a_minute_before_the_hour_it_goes_on_and_begins_anew(alice: Person) -> None:
    rest(alice.client, idle_s() - 60)
    assert alice.client.get("/exams/").status_code == 200
    assert time.time() - last_act(alice.client) < NOTED_EVERY_S


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Mode": "cors", "HX-Request": "true"},
        {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
        {"Sec-Fetch-Mode": "same-origin", "Accept": "application/json"},
        {"HX-Request": "true"},
        {"Accept": "application/json"},
    ],
)
def test_what_an_open_page_fetches_by_itself_is_nobodys_doing(alice: Person, headers: dict[str, str]) -> None:
    last_s = rest(alice.client, 1800)
    assert alice.client.get("/exams/", headers=headers).status_code == 200
    assert last_act(alice.client) == last_s


@pytest.mark.parametrize(
    ("headers", "status", "reloads"),
    [
        ({"Sec-Fetch-Mode": "cors", "HX-Request": "true"}, 204, True),
        ({"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}, 401, False),
        ({"Accept": "application/json"}, 401, False),
    ],
)
def test_what_a_page_fetches_afterwards_shows_no_form_and_takes_no_words_away(
    alice: Person, headers: dict[str, str], status: int, reloads: bool
) -> None:
    rest(alice.client, idle_s())
    for _ in range(2):
        answer = alice.client.get("/exams/", headers=headers)
        assert (answer.status_code, "HX-Refresh" in answer.headers) == (status, reloads)
    assert WORDS in text_of(alice.client.get("/exams/", headers={"Sec-Fetch-Mode": "navigate"}, follow=True))


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Mode": "navigate"}, {}])
def test_whoever_opens_a_page_is_there(alice: Person, headers: dict[str, str]) -> None:
    rest(alice.client, 1800)
    assert alice.client.get("/exams/", headers=headers).status_code == 200
    assert time.time() - last_act(alice.client) < NOTED_EVERY_S


def test_a_page_tells_that_somebody_is_there_and_asks_without_telling(alice: Person) -> None:
    fetched = {"Sec-Fetch-Mode": "cors"}
    last_s = rest(alice.client, 1800)
    assert alice.client.get("/here/", headers=fetched).status_code == 204
    assert last_act(alice.client) == last_s
    assert alice.client.post("/here/", headers=fetched).status_code == 204
    assert last_act(alice.client) > last_s
    rest(alice.client, idle_s())
    for ask in (alice.client.get, alice.client.post):
        assert ask("/here/", headers=fetched).status_code == 401


def test_it_is_written_once_a_minute(alice: Person) -> None:
    last_s = rest(alice.client, NOTED_EVERY_S - 10)
    alice.client.get("/exams/")
    assert last_act(alice.client) == last_s


def test_sockets_of_the_browser_end_with_it(alice: Person) -> None:
    alice.client.get("/exams/")
    ticket = tickets.redeem(tickets.issue_to_member(alice.membership, alice.client.session))
    assert ticket is not None
    assert not tickets.is_over(ticket, now_s=time.time() + idle_s() - 60)
    assert tickets.is_over(ticket, now_s=time.time() + idle_s())
    rest(alice.client, idle_s())
    alice.client.get("/here/")
    assert tickets.is_over(ticket, now_s=time.time())


def test_the_pages_know_when_they_have_to_ask(alice: Person) -> None:
    assert 'data-here="/here/" data-idle-s="3600"' in text_of(alice.client.get("/exams/"))
    assert "data-here" not in text_of(Client().get("/login/"))


def test_a_candidates_seat_in_the_same_browser_stays(alice: Person) -> None:
    session = alice.client.session
    session[SEATS] = {"one": {"device_key": "k"}}
    session.set_expiry(48 * 3600)
    session.save()
    key = session.session_key
    UserSession.objects.create(user=alice.user, session_key=key, ip="127.0.0.1", user_agent="")
    rest(alice.client, idle_s())
    assert alice.client.get("/exams/")["Location"] == "/login/?next=/exams/"
    after = alice.client.session
    assert (after.session_key, set(after.keys())) == (key, {SEATS, "_session_expiry"})
    assert not UserSession.objects.filter(session_key=key).exists()
    assert WORDS in text_of(alice.client.get("/login/"))


def test_a_candidate_alone_is_never_signed_out() -> None:
    visitor = Client()
    session = visitor.session
    session[SEATS] = {"one": {"device_key": "k"}}
    session.save()
    rest(visitor, 10 * idle_s())
    visitor.get("/room/00000000-0000-4000-8000-000000000000/")
    assert SEATS in visitor.session


def test_a_program_with_a_token_is_never_idle(alice: Person) -> None:
    fields = {"email": "alice@north.example", "password": PASSWORD}
    token = Client().post("/api/v1/auth/token/", fields, content_type="application/json").json()["token"]
    asked = {"Authorization": f"Bearer {token}"}
    rest(alice.client, idle_s())
    assert Client().get("/api/v1/exams/", headers=asked).status_code == 200
