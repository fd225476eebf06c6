"""How fast the API answers many programs at once: one web process of the production profile on PostgreSQL.

`python -m tests.bench.requests` prints JSON. Each of the clients holds a key of its own and one connection.
"""

import asyncio
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.bench.machine import this_machine
from tests.services.__main__ import environment
from tests.services.postgres import postgres
from tests.services.process import accepts_connections, free_port, running
from tests.services.redis_server import redis_server
from tests.services.s3 import s3_server

ROOT = Path(__file__).resolve().parents[2]
CLIENTS = 50
SECONDS = 10.0
# From a program that looks now and then to one that never waits, which asks for all that the process can do.
PAUSES_S = (4.0, 1.0, 0.0)
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
    status: int
    took_ms: float


@dataclass(frozen=True, slots=True)
class Answers:
    """`pause_s` is how long each client waits after an answer."""

    clients: int
    pause_s: float
    requests: int
    refused: int
    requests_a_second: float
    p50_ms: float
    p95_ms: float
    p99_ms: float


def measure_requests(*, clients: int = CLIENTS, seconds: float = SECONDS) -> dict[str, list[Answers]]:
    with _served(clients) as (url, callers):
        return {
            call.name: [asyncio.run(_measure(url, call, callers, pause_s, seconds)) for pause_s in PAUSES_S]
            for call in CALLS
        }


@contextmanager
def _served(clients: int) -> Iterator[tuple[str, list[Caller]]]:
    with (
        tempfile.TemporaryDirectory(prefix="invigil-requests-") as folder,
        postgres() as database_url,
        redis_server() as redis_url,
        s3_server() as s3,
    ):
        settings = (
            os.environ
            | environment(database_url, redis_url, s3)
            | {
                "DJANGO_SETTINGS_MODULE": "config.settings.production",
                "VAR_DIR": folder,
                "PYTHONPATH": str(ROOT),
            }
        )
        seeding = [sys.executable, "-m", "tests.bench.request_seed", str(clients)]
        seeded = subprocess.run(seeding, env=settings, cwd=ROOT, check=True, capture_output=True, text=True)
        callers = [Caller(**row) for row in json.loads(seeded.stdout.splitlines()[-1])]
        port = free_port()
        serving = f"-m uvicorn config.asgi:application --port {port} --lifespan off --log-level warning"
        with running(
            "uvicorn",
            [sys.executable, *serving.split()],
            log=Path(folder) / "web.log",
            ready=lambda: accepts_connections(port),
            environment=settings,
        ):
            yield f"http://127.0.0.1:{port}", callers


async def _measure(url: str, call: Call, callers: list[Caller], pause_s: float, seconds: float) -> Answers:
    """Each client asks, waits for the answer, pauses and asks again; the first second is left out."""
    await _together(url, call, callers, pause_s=0.0, seconds=1.0)
    started_s = time.monotonic()
    answered = await _together(url, call, callers, pause_s=pause_s, seconds=seconds)
    return summary(answered, len(callers), pause_s, time.monotonic() - started_s)


def summary(answered: list[Answered], clients: int, pause_s: float, seconds: float) -> Answers:
    ordered = sorted(one.took_ms for one in answered)
    places = (min(len(ordered) - 1, len(ordered) * part // 100) for part in (50, 95, 99))
    p50_ms, p95_ms, p99_ms = (round(ordered[place], 1) for place in places)
    refused = sum(one.status >= 400 for one in answered)
    a_second = round(len(ordered) / seconds, 1)
    return Answers(clients, pause_s, len(ordered), refused, a_second, p50_ms, p95_ms, p99_ms)


async def _together(
    url: str, call: Call, callers: list[Caller], *, pause_s: float, seconds: float
) -> list[Answered]:
    """All clients at once, the first requests spread over the pause."""
    until_s = time.monotonic() + seconds
    each = await asyncio.gather(
        *(
            _ask_again_and_again(url, call, caller, pause_s, place * pause_s / len(callers), until_s)
            for place, caller in enumerate(callers)
        )
    )
    return [one for answered in each for one in answered]


async def _ask_again_and_again(
    url: str, call: Call, caller: Caller, pause_s: float, delay_s: float, until_s: float
) -> list[Answered]:
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    answered: list[Answered] = []
    await asyncio.sleep(delay_s)
    while time.monotonic() < until_s:
        began_s = time.monotonic()
        writer.write(_request(call, caller, address.netloc))
        status = await _answer(reader)
        answered.append(Answered(status, (time.monotonic() - began_s) * 1000))
        await asyncio.sleep(pause_s)
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


if __name__ == "__main__":
    measured = {name: [asdict(one) for one in answers] for name, answers in measure_requests().items()}
    print(json.dumps({"machine": asdict(this_machine()), "requests": measured}, indent=2))
