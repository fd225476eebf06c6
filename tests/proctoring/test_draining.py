"""A process that ends answers what has come, sends its sockets elsewhere, and lets nobody in."""

import asyncio
from collections.abc import Iterator

import pytest

from proctoring import draining
from proctoring.protocol import CloseCode
from proctoring.sockets import Socket
from tests.proctoring.sockets import RoomEnd


@pytest.fixture(autouse=True)
def undrained() -> Iterator[None]:
    yield
    draining.stop_draining()


class Held(Socket):
    """A socket that answers when it is let, and remembers what it was told to do."""

    ticket_kind = "held"

    def __init__(self) -> None:
        super().__init__()
        self.may_answer = asyncio.Event()
        self.begun = asyncio.Event()
        self.done: list[str] = []

    async def websocket_receive(self, message: dict[str, str]) -> None:
        self.begun.set()
        await self.may_answer.wait()
        self.done.append("answered")

    async def close(self, code: int | None = None, reason: str | None = None) -> None:
        self.done.append(f"closed {code}")


async def test_a_socket_is_closed_only_when_what_came_is_answered() -> None:
    socket = Held()
    draining.opened(socket)
    answering = asyncio.create_task(socket.dispatch({"type": "websocket.receive", "text": "{}"}))
    await socket.begun.wait()
    leaving = asyncio.create_task(draining.drain(limit_s=60))
    while not draining.is_draining():
        await asyncio.sleep(0)
    socket.may_answer.set()
    assert await leaving >= 1
    await answering
    assert socket.done == ["answered", "closed 1012"]
    draining.gone(socket)


async def test_a_socket_that_never_answers_is_closed_at_the_limit() -> None:
    socket = Held()
    draining.opened(socket)
    answering = asyncio.create_task(socket.dispatch({"type": "websocket.receive", "text": "{}"}))
    await socket.begun.wait()
    assert await draining.drain(limit_s=0.02) >= 1
    assert socket.done == ["closed 1012"]
    socket.may_answer.set()
    await answering
    draining.gone(socket)


@pytest.mark.django_db(transaction=True)
async def test_open_sockets_are_counted_and_sent_elsewhere() -> None:
    before = draining.open_by_kind()["seat"]
    room = await RoomEnd().open()
    assert draining.open_by_kind()["seat"] == before + 1
    await draining.drain(limit_s=1)
    assert await room.closing_code() == CloseCode.RESTART
    await room.leave()
    assert draining.open_by_kind()["seat"] == before


@pytest.mark.django_db(transaction=True)
async def test_whoever_comes_while_it_drains_is_sent_elsewhere_at_once() -> None:
    await draining.drain(limit_s=0)
    room = await RoomEnd().open()
    assert await room.closing_code() == CloseCode.RESTART
    await room.leave()
