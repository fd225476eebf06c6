"""What only a real server shows: sizes, pieces, compression, origins, the crowd at the door."""

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from config.serving import MESSAGE_LIMIT_BYTES, server_config
from proctoring import doorway, sockets
from tests.proctoring.sockets import LIMIT_S, RoomEnd

HOST = "127.0.0.1"


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The application behind uvicorn as every profile runs it, in a thread of its own."""
    with socket.socket() as listening:
        listening.bind((HOST, 0))
        listening.listen(100)
        server = uvicorn.Server(server_config())
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield int(listening.getsockname()[1])
        server.should_exit = True
        thread.join(timeout=LIMIT_S)
    assert not thread.is_alive()


def opened(port: int, path: str = "/ws/room/", **options: Any) -> ClientConnection:
    origin = options.pop("origin", f"http://{HOST}:{port}")
    return connect(
        f"ws://{HOST}:{port}{path}", origin=origin, open_timeout=LIMIT_S, close_timeout=LIMIT_S, **options
    )


def close_code(connection: ClientConnection) -> int:
    with contextlib.suppress(ConnectionClosed):
        while True:
            connection.recv(timeout=LIMIT_S)
    assert connection.close_code is not None
    return connection.close_code


@pytest.mark.parametrize(
    "origin",
    [None, "null", "https://evil.example", f"http://{HOST}.evil.example", "https://good.com.evil.com"],
)
def test_a_foreign_page_is_refused_before_anything_is_accepted(port: int, origin: str | None) -> None:
    with pytest.raises(InvalidStatus) as refused:
        opened(port, origin=origin)
    assert refused.value.response.status_code == 403


def test_a_text_of_a_megabyte_is_closed_with_its_code(port: int) -> None:
    with opened(port) as connection:
        with contextlib.suppress(ConnectionClosed):
            connection.send("x" * 1024 * 1024)
        assert close_code(connection) == 1009


def test_a_picture_that_is_too_large_is_answered_and_a_larger_one_closed(port: int) -> None:
    with opened(port, "/ws/analyse/") as connection:
        connection.send(b"\x01" * 300_000)
        assert '"error"' in str(connection.recv(timeout=LIMIT_S))
        with contextlib.suppress(ConnectionClosed):
            connection.send(b"\x01" * (MESSAGE_LIMIT_BYTES + 1))
        assert close_code(connection) == 1009


def test_a_message_in_pieces_without_an_end_is_closed_by_its_whole_length(port: int) -> None:
    with opened(port) as connection:
        with connection.send_context():
            connection.protocol.send_text(b"x" * 10_000, fin=False)
        for _ in range(MESSAGE_LIMIT_BYTES // 10_000):
            with connection.send_context():
                connection.protocol.send_continuation(b"x" * 10_000, fin=False)
        assert close_code(connection) == 1009


def test_compression_is_asked_for_and_not_agreed_to(port: int) -> None:
    with opened(port, compression="deflate") as connection:
        assert connection.response is not None
        assert connection.request is not None
        assert "permessage-deflate" in connection.request.headers["Sec-WebSocket-Extensions"]
        assert "Sec-WebSocket-Extensions" not in connection.response.headers


def test_text_that_is_no_utf_8_is_closed_with_its_code(port: int) -> None:
    with opened(port) as connection:
        with connection.send_context():
            connection.protocol.send_text(b"\xff\xfe\xfd")
        assert close_code(connection) == 1007


def test_after_all_that_the_next_good_message_is_served(port: int) -> None:
    with opened(port) as connection:
        connection.send('{"type":"pong"}')
        connection.send('{"type":"end_exam"}')
        assert '"unknown_type"' in str(connection.recv(timeout=LIMIT_S))


def test_a_crowd_that_does_not_say_who_it_is_stays_outside(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doorway, "MOST_WAITING", 3)
    with contextlib.ExitStack() as crowd:
        for _ in range(3):
            crowd.enter_context(opened(port))
        with pytest.raises(InvalidStatus) as refused:
            opened(port)
        assert refused.value.response.status_code == 429
        assert refused.value.response.headers["Retry-After"] == "10"
    assert is_let_in_again(port)


def is_let_in_again(port: int) -> bool:
    """Those at the door have gone; the server hears of it a moment later than they do."""
    ends_s = time.monotonic() + LIMIT_S
    while time.monotonic() < ends_s:
        with contextlib.suppress(InvalidStatus), opened(port):
            return True
    return False


async def test_the_crowd_is_refused_also_where_the_server_cannot_say_why(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(doorway, "MOST_WAITING", 0)
    assert await RoomEnd().is_let_in() is False


async def test_whoever_reads_nothing_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "SENT_WITHIN_S", 0.05)
    end = RoomEnd()
    reader = Reader()
    running = asyncio.create_task(end.application(end.scope, reader.says, reader.hears))
    assert await asyncio.wait_for(reader.code, LIMIT_S) == 4408
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running


class Reader:
    """A browser's end whose buffers are full: what is sent to it never arrives."""

    def __init__(self) -> None:
        self.code: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.said = iter(
            [{"type": "websocket.connect"}, {"type": "websocket.receive", "text": "<html>", "bytes": None}]
        )

    async def says(self) -> dict[str, Any]:
        message = next(self.said, None)
        if message is None:
            await asyncio.Event().wait()
            raise AssertionError("unreachable")
        return message

    async def hears(self, message: dict[str, Any]) -> None:
        if message["type"] == "websocket.send":
            await asyncio.Event().wait()
        if message["type"] == "websocket.close":
            self.code.set_result(message["code"])
