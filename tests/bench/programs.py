"""Programs that use the API: each with a key of its own, a connection, and an exam with a running session."""

import asyncio
import itertools
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Caller:
    key: str
    exam: str
    session: str


@dataclass(frozen=True, slots=True)
class Call:
    """A request of a caller; the number makes what is created new each time."""

    name: str
    method: str
    path: Callable[[Caller], str]
    body: Callable[[Caller, int], dict[str, str] | None]


CALLS = (
    Call("list_exams", "GET", lambda caller: "/api/v1/exams/", lambda caller, number: None),
    Call(
        "create_session",
        "POST",
        lambda caller: "/api/v1/sessions/",
        lambda caller, number: {"exam": caller.exam, "candidate_id": f"c-{number}"},
    ),
    Call(
        "log_event",
        "POST",
        lambda caller: f"/api/v1/sessions/{caller.session}/events/",
        lambda caller, number: {"text": f"Note {number}"},
    ),
)


@dataclass(frozen=True, slots=True)
class Answered:
    """`took_ms` counts from when the request was due, so that waiting for the one before is not left out."""

    status: int
    took_ms: float


async def ask_together(
    url: str, call: Call, callers: list[Caller], *, every_s: float, seconds: float
) -> list[Answered]:
    """All programs at once: each asks every so many seconds, or without a pause where that is 0."""
    began_s = time.monotonic()
    each = await asyncio.gather(
        *(
            _ask_again_and_again(
                url, call, caller, began_s + place * every_s / len(callers), every_s, began_s + seconds
            )
            for place, caller in enumerate(callers)
        )
    )
    return [one for answered in each for one in answered]


async def _ask_again_and_again(
    url: str, call: Call, caller: Caller, due_s: float, every_s: float, until_s: float
) -> list[Answered]:
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    answered: list[Answered] = []
    while due_s < until_s:
        await asyncio.sleep(max(0.0, due_s - time.monotonic()))
        writer.write(_request(call, caller, address.netloc))
        status = await _answer(reader)
        answered_s = time.monotonic()
        answered.append(Answered(status, (answered_s - due_s) * 1000))
        due_s = due_s + every_s if every_s else answered_s
    writer.close()
    return answered


def _request(call: Call, caller: Caller, host: str) -> bytes:
    body = call.body(caller, next(_numbers))
    content = b"" if body is None else json.dumps(body).encode()
    lines = [
        f"{call.method} {call.path(caller)} HTTP/1.1",
        f"Host: {host}",
        f"Authorization: Api-Key {caller.key}",
        "Content-Type: application/json",
        f"Content-Length: {len(content)}",
        # What the proxy says that ends TLS.
        "X-Forwarded-Proto: https",
        "X-Forwarded-For: 127.0.0.1",
    ]
    return "\r\n".join([*lines, "", ""]).encode() + content


async def _answer(reader: asyncio.StreamReader) -> int:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    length = next(line for line in head.splitlines() if line.lower().startswith("content-length:"))
    await reader.readexactly(int(length.partition(":")[2]))
    return int(head.split(" ", 2)[1])
