"""Where the rows happen: one stack for all of them, bad lines before it, and a pool of sittings."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import psycopg

from tests.faults.ledger import LogReader
from tests.faults.mailbox import Mailbox, open_mailbox
from tests.faults.proxy import Line, proxied
from tests.stack.seeded import Seat, Seeded
from tests.stack.services import running_services
from tests.stack.stack import Stack, running_stack

API_LIMIT_S = 30
TOLD = ("flag.raised", "flag.closed", "session.submitted", "report.ready")


@dataclass
class Ground:
    """`room`, `redis` and `s3` are the lines to the web processes, to Redis and to storage."""

    stack: Stack
    seeded: Seeded
    mailbox: Mailbox
    room: Line
    redis: Line
    s3: Line
    _seats: list[Seat] = field(default_factory=list)

    def seat(self) -> Seat:
        """A sitting that nobody has sat in yet."""
        return self._seats.pop()

    @property
    def room_url(self) -> str:
        return f"http://127.0.0.1:{self.room.port}"

    def database(self) -> psycopg.Connection:
        """As the superuser, whom no policy keeps from anybody's rows."""
        return psycopg.connect(
            host="127.0.0.1",
            port=self.stack.services.postgres.port,
            user="postgres",
            dbname="invigil",
            autocommit=True,
            connect_timeout=5,
        )

    def api(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        return json.loads(self._ask(method, path, body) or b"null")

    def file(self, path: str) -> bytes:
        return self._ask("GET", path, None)

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None) -> bytes:
        request = urllib.request.Request(
            f"{self.stack.url}/api/v1/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Api-Key {self.seeded.api_key}",
                "Content-Type": "application/json",
                "Accept": "application/json",
            },
        )
        with urllib.request.urlopen(request, timeout=API_LIMIT_S) as answer:
            content: bytes = answer.read()
            return content

    def api_again(self, method: str, path: str, body: Mapping[str, Any], *, within_s: float) -> Any:
        """As a program does that is asked to come again: until it is answered."""
        end_s = time.monotonic() + within_s
        while True:
            try:
                return self.api(method, path, body)
            except urllib.error.HTTPError as refusal:
                if refusal.code < 500 or time.monotonic() > end_s:
                    raise
            except OSError:
                if time.monotonic() > end_s:
                    raise
            time.sleep(0.5)

    def make_good(self) -> None:
        """Whatever a row has left behind: clear lines, every service and process at work."""
        for line in (self.room, self.redis, self.s3):
            line.up()
            line.clear()
        for program in (self.stack.postgres, self.stack.redis, self.stack.s3, *self.stack.processes):
            program.thaw()
            if not program.is_running:
                program.start()

    def logs(self) -> LogReader:
        return LogReader.of([program.log for program in self.stack.processes])


def _port_of(url: str) -> int:
    port = urlsplit(url).port
    assert port is not None
    return port


@contextmanager
def faulty_ground(*, sittings: int, seed: int) -> Iterator[Ground]:
    with ExitStack() as exits:
        services = exits.enter_context(running_services())
        redis = exits.enter_context(proxied(services.redis.port, seed=seed))
        s3 = exits.enter_context(proxied(_port_of(services.s3.server.endpoint_url), seed=seed))
        stack = exits.enter_context(
            running_stack(
                services=services,
                environment={
                    "REDIS_URL": f"redis://127.0.0.1:{redis.port}",
                    "S3_ENDPOINT_URL": f"http://127.0.0.1:{s3.port}",
                    "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
                    "FRAME_OBSERVER": "tests.faults.observers.by_brightness",
                },
            )
        )
        room = exits.enter_context(proxied(stack.port, seed=seed))
        mailbox = exits.enter_context(open_mailbox())
        seeded = stack.seed(candidates=sittings)
        ground = Ground(stack, seeded, mailbox, room, redis, s3, list(reversed(seeded.seats)))
        ground.api("POST", "webhooks/endpoints/", {"url": mailbox.url, "events": list(TOLD)})
        yield ground
