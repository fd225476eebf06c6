"""Bodies that are too long: refused in words before they are taken in, by their header or by counting."""

import asyncio
import json
from typing import Any

import pytest

from config.asgi import application
from config.bodies import LARGEST_BYTES, WORDS, BodyLimit

PIECE = 1024 * 1024


class Exchange:
    """One request over ASGI: a body in pieces comes in, what is answered is kept."""

    def __init__(self, size: int, length: int | None, path: str = "/login/") -> None:
        self.left = size
        self.asked = 0
        self.sent: list[dict[str, Any]] = []
        headers = [(b"host", b"localhost"), (b"content-type", b"application/json")]
        headers += [] if length is None else [(b"content-length", str(length).encode())]
        self.scope = {"type": "http", "method": "POST", "path": path, "headers": headers, "query_string": b""}

    async def receive(self) -> dict[str, Any]:
        self.asked += 1
        size = min(PIECE, self.left)
        self.left -= size
        return {"type": "http.request", "body": bytes(size), "more_body": self.left > 0}

    async def send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)

    def answer(self) -> tuple[int, dict[str, str], str]:
        start, *parts = self.sent
        headers = {name.decode().lower(): value.decode() for name, value in start["headers"]}
        return start["status"], headers, b"".join(part["body"] for part in parts).decode()


async def reader(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Takes a body in whole and says how long it was, as Django does."""
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size += len(message["body"])
        if not message["more_body"]:
            break
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(size).encode()})


def test_what_says_it_is_too_long_is_not_taken_in_at_all() -> None:
    exchange = Exchange(LARGEST_BYTES + 1, LARGEST_BYTES + 1)
    asyncio.run(BodyLimit(reader)(exchange.scope, exchange.receive, exchange.send))
    status, headers, words = exchange.answer()
    assert (status, words, exchange.asked) == (413, WORDS, 0)
    assert (headers["content-type"], headers["connection"]) == ("text/plain; charset=utf-8", "close")


@pytest.mark.parametrize("length", [None, 10])
def test_what_goes_on_and_on_is_counted(length: int | None) -> None:
    exchange = Exchange(1000 * PIECE, length)
    asyncio.run(BodyLimit(reader)(exchange.scope, exchange.receive, exchange.send))
    assert exchange.answer()[0] == 413
    assert exchange.asked == LARGEST_BYTES // PIECE + 1


@pytest.mark.parametrize("length", [None, LARGEST_BYTES])
def test_what_is_just_short_enough_arrives_whole(length: int | None) -> None:
    exchange = Exchange(LARGEST_BYTES, length)
    asyncio.run(BodyLimit(reader)(exchange.scope, exchange.receive, exchange.send))
    status, _, body = exchange.answer()
    assert (status, body) == (200, str(LARGEST_BYTES))


def test_a_program_is_refused_by_the_server_itself_in_the_shape_it_knows() -> None:
    exchange = Exchange(LARGEST_BYTES, 10**30, path="/api/v1/exams/")
    asyncio.run(application(exchange.scope, exchange.receive, exchange.send))
    status, headers, body = exchange.answer()
    problem = {"code": "too_large", "message": WORDS, "field": None, "request_id": headers["x-request-id"]}
    assert (status, json.loads(body), exchange.asked) == (413, problem, 0)
