"""Every message of every socket, sent from another institution with this institution's ids in it."""

import base64
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.apps import apps

from accounts import api_keys, tickets
from accounts.models import Scope
from accounts.tenancy import TenantModel, tenant_scope
from accounts.tickets import Ticket
from exams.models import Session
from proctoring import analyse_protocol, practice_protocol, protocol
from proctoring.practice_consumer import TICKET_KIND
from proctoring.protocol import FrameMessage, LateFrameMessage, LookMessage, SoundMessage, pack
from proctoring.screen_protocol import ScreenMessage
from tests.conftest import Person
from tests.proctoring.fakes import member_ticket, picture_of, seat_ticket
from tests.proctoring.sittings import make_sitting
from tests.proctoring.sockets import DEVICE, End, event
from tests.tenancy_house import House, furnish

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fake_observer")]

ROOM, CONSOLE, ANALYSE, PRACTICE = "/ws/room/", "/ws/console/", "/ws/analyse/", "/ws/practice/"
READERS = {
    ROOM: protocol._ROOM_READERS,
    CONSOLE: protocol._CONSOLE_READERS,
    ANALYSE: analyse_protocol._READERS,
    PRACTICE: practice_protocol._READERS,
}
POINTS = [[0, 0], [9, 0], [0, 9], [-9, 0], [0, -9]]


@dataclass(frozen=True, slots=True)
class Sent:
    """A message, and what the sender hears of it: a type of message, or the code of the closing.

    `echoes` names the fields of the answer that only say again what the sender wrote.
    """

    content: dict[str, Any] | bytes
    answer: str | int
    echoes: frozenset[str] = frozenset()


def foreign(house: House) -> dict[str, str]:
    """Ids of the institution next door, under every name that a message could call them by."""
    return {
        "exam": str(house.session.exam_id),
        "session": str(house.session.id),
        "session_id": str(house.session.id),
        "flag": str(house.flag.id),
        "institution": str(house.session.institution_id),
        "watch": str(house.session.id),
    }


# `hello` stands for the first message: its ticket is the sender's own, the ids beside it are not.
ROWS: dict[tuple[str, str], Callable[[House], Sent]] = {
    (ROOM, "hello"): lambda house: Sent({**foreign(house), "device": DEVICE}, "welcome"),
    (ROOM, "events"): lambda house: Sent(
        {**foreign(house), "events": [{**event(1, 100, "copy"), **foreign(house)}]}, "ack"
    ),
    (ROOM, "gaze_begin"): lambda house: Sent({**foreign(house), "points": POINTS}, "gaze"),
    (ROOM, "gaze_fit"): lambda house: Sent(foreign(house), "gaze"),
    (ROOM, "chat"): lambda house: Sent(
        {**foreign(house), "client_id": str(uuid.UUID(int=1)), "kind": "help", "text": ""}, "chat"
    ),
    (ROOM, "chat_since"): lambda house: Sent({**foreign(house), "number": 0}, "chat_history"),
    (ROOM, "chat_read"): lambda house: Sent({**foreign(house), "up_to": 9}, ""),
    (ROOM, "signal"): lambda house: Sent(
        {**foreign(house), "what": "description", "description": {"type": "offer", "sdp": "v=0"}}, ""
    ),
    (ROOM, "pong"): lambda house: Sent(foreign(house), ""),
    (ROOM, "FrameMessage"): lambda house: Sent(pack(FrameMessage(1, 100, picture_of(1))), "ack"),
    (ROOM, "SoundMessage"): lambda house: Sent(pack(SoundMessage(1, 100, bytes(32_000))), "error"),
    (ROOM, "LookMessage"): lambda house: Sent(pack(LookMessage(1, 100, b"\0" + picture_of(1))), "error"),
    (ROOM, "LateFrameMessage"): lambda house: Sent(pack(LateFrameMessage(1, 100, picture_of(1))), "ack"),
    (ROOM, "ScreenMessage"): lambda house: Sent(pack(ScreenMessage(1, 100, picture_of(1))), "error"),
    (CONSOLE, "hello"): lambda house: Sent({"session": foreign(house)["session"]}, 4404),
    (CONSOLE, "look"): lambda house: Sent(foreign(house), ""),
    (CONSOLE, "signal"): lambda house: Sent(
        {**foreign(house), "what": "begin"}, "signal", frozenset({"session"})
    ),
    (CONSOLE, "pong"): lambda house: Sent(foreign(house), ""),
    (ANALYSE, "hello"): lambda house: Sent(foreign(house), "welcome"),
    (ANALYSE, "frame"): lambda house: Sent(
        {**foreign(house), "frame": base64.b64encode(picture_of(1)).decode()}, "analysis"
    ),
    (ANALYSE, "pong"): lambda house: Sent(foreign(house), ""),
    (PRACTICE, "hello"): lambda house: Sent(foreign(house), "welcome"),
    (PRACTICE, "pong"): lambda house: Sent(foreign(house), ""),
    (PRACTICE, "FrameMessage"): lambda house: Sent(pack(FrameMessage(1, 100, picture_of(1))), "ack"),
}
KINDS = [
    *((path, name) for path, readers in READERS.items() for name in readers),
    *((ROOM, message.__name__) for message in protocol._BINARY.values()),
    (PRACTICE, "FrameMessage"),
]


def test_every_message_has_a_row() -> None:
    assert sorted(ROWS) == sorted(KINDS)


@pytest.mark.parametrize(("path", "kind"), KINDS)
async def test_a_message_reaches_only_its_senders_institution(
    path: str, kind: str, alice: Person, charlie: Person, settings: Any
) -> None:
    settings.FRAME_OBSERVER = "tests.proctoring.test_analyse_socket.grey_landmarks"
    house, sitting = await sync_to_async(both_sides)(alice, charlie)
    before = await sync_to_async(rows_of)(alice)
    sent = ROWS[path, kind](house)
    ticket = await sync_to_async(ticket_for)(path, charlie, sitting)
    end = await End(path).open()
    if kind == "hello":
        assert isinstance(sent.content, dict)
        await end.say(type="hello", ticket=ticket, **sent.content)
    else:
        await enter(end, path, ticket, sitting)
        await say(end, kind, sent.content)
    if isinstance(sent.answer, int):
        assert await end.closing_code() == sent.answer
    else:
        if sent.answer:
            heard = await end.hear_kind(sent.answer)
            told = {name: value for name, value in heard.items() if name not in sent.echoes}
            assert not set(foreign(house).values()) & set(texts(told)), heard
        await end.leave()
    assert await sync_to_async(rows_of)(alice) == before


async def test_the_console_finds_no_exam_next_door(alice: Person, charlie: Person) -> None:
    house, sitting = await sync_to_async(both_sides)(alice, charlie)
    end = await End(CONSOLE).open()
    ticket = await sync_to_async(ticket_for)(CONSOLE, charlie, sitting)
    await end.say(type="hello", ticket=ticket, exam=str(house.session.exam_id))
    assert await end.closing_code() == 4404


@pytest.mark.parametrize("path", [ROOM, CONSOLE, ANALYSE])
async def test_a_ticket_of_one_institution_names_no_row_of_another(
    path: str, alice: Person, charlie: Person
) -> None:
    """As if a ticket had been forged: the id of a row next door, under the own institution."""
    house, _ = await sync_to_async(both_sides)(alice, charlie)
    kind = {ROOM: "seat", CONSOLE: "member", ANALYSE: "program"}[path]
    holder = {ROOM: house.session.id, CONSOLE: alice.user.id, ANALYSE: house.key_id}[path]
    forged = Ticket(
        kind=kind,
        institution_id=str(charlie.institution.id),
        holder_id=str(holder),
        access_stamp=str(alice.user.access_stamp),
    )
    end = await End(path).open()
    hello = {ROOM: {"device": DEVICE}, CONSOLE: {"exam": str(house.session.exam_id)}, ANALYSE: {}}[path]
    await end.say(type="hello", ticket=await sync_to_async(tickets.issue)(forged), **hello)
    assert await end.closing_code() in {4401, 4403, 4404, 4409}


def both_sides(alice: Person, charlie: Person) -> tuple[House, Session]:
    with tenant_scope(alice.institution.id):
        house = furnish()
    with tenant_scope(charlie.institution.id):
        return house, make_sitting(minutes_ago=0.1)


def ticket_for(path: str, sender: Person, sitting: Session) -> str:
    if path == ROOM:
        return seat_ticket(sitting)
    if path == CONSOLE:
        return member_ticket(sender.user.id, sender.institution.id)
    if path == PRACTICE:
        trying = Ticket(
            kind=TICKET_KIND, institution_id=str(sender.institution.id), holder_id=str(sitting.id)
        )
        return tickets.issue(trying)
    with tenant_scope(sender.institution.id):
        key = api_keys.create(name="integrator", scopes=[Scope.ANALYSE])
        return api_keys.analyse_token(key=key.key, ip="127.0.0.1")


async def enter(end: End, path: str, ticket: str, sitting: Session) -> None:
    own = {ROOM: {"device": DEVICE}, CONSOLE: {"session": str(sitting.id)}}.get(path, {})
    await end.say(type="hello", ticket=ticket, **own)
    await end.hear_kind("welcome")


async def say(end: End, kind: str, content: dict[str, Any] | bytes) -> None:
    if isinstance(content, bytes):
        await end.say_bytes(content)
    else:
        await end.say(type=kind, **content)


def rows_of(person: Person) -> dict[str, list[Any]]:
    tables = [model for model in apps.get_models() if issubclass(model, TenantModel)]
    with tenant_scope(person.institution.id):
        return {model._meta.label: list(model.objects.order_by("pk").values()) for model in tables}


def texts(value: Any) -> list[str]:
    """Every text in a message, however deep."""
    if isinstance(value, dict):
        return [text for one in value.values() for text in texts(one)]
    if isinstance(value, list):
        return [text for one in value for text in texts(one)]
    return [value] if isinstance(value, str) else []
