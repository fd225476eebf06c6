"""A candidate and those who watch write to each other, through real sockets and the API."""

import uuid
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from accounts.tenancy import tenant_scope
from exams.models import Session
from proctoring.models import Message, Watching
from tests.conftest import Person
from tests.proctoring.fakes import member_ticket, seat_ticket
from tests.proctoring.sittings import make_sitting
from tests.proctoring.sockets import End, RoomEnd

pytestmark = pytest.mark.django_db(transaction=True)
ID = "3f2b9c1e-7a44-4a55-9d6b-0c1d2e3f4a5b"


@pytest.fixture
def running(alice: Person) -> Session:
    with tenant_scope(alice.institution.id):
        return make_sitting(minutes_ago=0.5, name="Bea")


async def watching(person: Person, **target: str) -> End:
    end = await End("/ws/console/").open()
    ticket = await sync_to_async(member_ticket)(person.user.id, person.institution.id)
    await end.say(type="hello", ticket=ticket, **target)
    await end.hear_kind("watchers")
    return end


async def in_room(session: Session) -> RoomEnd:
    end = RoomEnd()
    await end.open()
    await end.hello(await sync_to_async(seat_ticket)(session))
    return end


@sync_to_async
def post(person: Person, session: Session, what: str, **body: Any) -> Any:
    address = f"/api/v1/sessions/{session.id}/messages/{what}"
    return person.client.post(address, body, content_type="application/json").json()


async def test_both_write_and_each_hears_the_other(alice: Person, running: Session) -> None:
    wall, room = await watching(alice, exam=str(running.exam_id)), await in_room(running)
    await room.say(type="chat", client_id=ID, kind="chat", text="<b>Hello?</b>")
    mine = await room.hear_kind("chat", attended=True)
    assert mine["message"]["number"] == 1
    heard = await wall.hear_kind("chat")
    assert (heard["session"], heard["message"]["text"], heard["message"]["author"]) == (
        str(running.id),
        "<b>Hello?</b>",
        "Bea",
    )
    assert heard["waiting"] == {"unread": 1, "help_since": None}
    written = await post(alice, running, "", text="I am here.")
    assert (written["side"], written["author"]) == ("proctor", "alice@north.example")
    told = await room.hear_kind("chat", message={**_told(written)})
    assert told["message"]["text"] == "I am here."
    assert (await wall.hear_kind("chat"))["waiting"] == {"unread": 0, "help_since": None}
    act = (await wall.hear_kind("act"))["act"]
    assert (act["actor"], act["action"], act["candidate"]) == (
        "alice@north.example",
        "session.message_sent",
        "Bea",
    )
    await room.say(type="chat_read", up_to=2)
    assert (await wall.hear_kind("chat"))["read"] == {"by": "candidate", "up_to": 2}
    for end in (wall, room):
        await end.leave()


def _told(written: dict[str, Any]) -> dict[str, Any]:
    """What a candidate is told of a message of the API: not who wrote it."""
    shown = {name: value for name, value in written.items() if name != "author"}
    return {**shown, "sent_at": written["sent_at"].replace("Z", "+00:00")}


async def test_a_line_that_comes_back_hears_what_it_missed_and_sends_what_waited(running: Session) -> None:
    room = await in_room(running)
    await room.say(type="chat", client_id=ID, kind="help", text="")
    assert (await room.hear_kind("chat", attended=False))["message"]["kind"] == "help"
    await room.leave()
    again = await in_room(running)
    await again.say(type="chat", client_id=ID, kind="help", text="")
    assert (await again.hear_kind("chat"))["message"]["number"] == 1
    await again.say(type="chat_since", number=0)
    history = await again.hear_kind("chat_history")
    assert [message["number"] for message in history["messages"]] == [1]
    await again.say(type="chat_since", number=1)
    assert (await again.hear_kind("chat_history"))["messages"] == []
    await again.leave()
    assert await sync_to_async(_count)(running) == 1


def _count(session: Session) -> int:
    with tenant_scope(session.institution_id):
        return Message.objects.filter(session=session).count()


async def test_what_is_not_taken_is_named_with_its_reason(running: Session) -> None:
    room = await in_room(running)
    await room.say(type="chat", client_id=ID, kind="chat", text="   ")
    refused = await room.hear_kind("chat_refused")
    assert (refused["client_id"], refused["code"]) == (ID, "text_missing")
    await room.leave()


async def test_nothing_is_written_before_the_hello(running: Session) -> None:
    room = RoomEnd()
    await room.open()
    await room.say(type="chat", client_id=ID, kind="chat", text="Hello")
    assert (await room.hear_kind("error"))["code"] == "hello_first"
    await room.leave()
    console = await End("/ws/console/").open()
    await console.say(type="look", session=str(running.id))
    assert (await console.hear_kind("error"))["code"] == "hello_first"
    await console.leave()


async def test_those_who_watch_see_each_other_come_look_and_go(
    alice: Person, bob: Person, running: Session
) -> None:
    wall = await watching(alice, exam=str(running.exam_id))
    page = await watching(bob, session=str(running.id))
    assert _names(await wall.hear_kind("watchers")) == [
        ("alice@north.example", None),
        ("bob@north.example", str(running.id)),
    ]
    await wall.say(type="look", session=str(running.id))
    assert _names(await page.hear_kind("watchers")) == [
        ("alice@north.example", str(running.id)),
        ("bob@north.example", str(running.id)),
    ]
    await wall.hear_kind("watchers")
    await page.leave()
    assert _names(await wall.hear_kind("watchers")) == [("alice@north.example", str(running.id))]
    await wall.leave()
    assert await sync_to_async(_nobody_watches)(alice)


def _names(message: dict[str, Any]) -> list[tuple[str, str | None]]:
    return [(watcher["name"], watcher["session"]) for watcher in message["watchers"]]


def _nobody_watches(alice: Person) -> bool:
    with tenant_scope(alice.institution.id):
        return not Watching.objects.exists()


async def test_a_call_is_settled_by_voice_and_the_room_is_told(alice: Person, running: Session) -> None:
    room = await in_room(running)
    await room.say(type="chat", client_id=str(uuid.uuid4()), kind="help", text="")
    await room.hear_kind("chat")
    assert await post(alice, running, "answered/") == {"answered": True}
    await room.hear_kind("chat_settled")
    assert await post(alice, running, "answered/") == {"answered": False}
    await room.leave()
