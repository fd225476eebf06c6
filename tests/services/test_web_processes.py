"""Two web processes of the production profile: a candidate's socket in one, a proctor's in the other."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets import Origin
from websockets.sync.client import ClientConnection, connect

from tests.proctoring.sockets import DEVICE
from tests.services.process import accepts_connections, free_port, running
from tests.services.test_worker import production, python

pytestmark = pytest.mark.slow
ORIGIN = Origin("http://localhost")
# Waiting ends with the answer; the limit is for a machine that is busy with other things.
LIMIT_S = 60


@contextmanager
def web_process(served: dict[str, str], log: Path) -> Iterator[int]:
    port = free_port()
    command = [sys.executable, "-W", "ignore", "-m", "uvicorn", "config.asgi:application", "--lifespan=off"]
    with running(
        "uvicorn",
        [*command, f"--port={port}"],
        log=log,
        ready=lambda: accepts_connections(port),
        environment=served,
    ):
        yield port


@contextmanager
def socket(port: int, path: str, **hello: Any) -> Iterator[ClientConnection]:
    with connect(f"ws://127.0.0.1:{port}{path}", origin=ORIGIN, open_timeout=LIMIT_S) as opened:
        say(opened, type="hello", **hello)
        assert hear(opened, "welcome")
        yield opened


def say(end: ClientConnection, **message: Any) -> None:
    end.send(json.dumps(message))


def hear(end: ClientConnection, kind: str) -> dict[str, Any]:
    """The next message of that type, whatever else comes before it."""
    while True:
        message: dict[str, Any] = json.loads(end.recv(timeout=LIMIT_S))
        if message["type"] == kind:
            return message


def test_a_live_picture_is_arranged_from_one_process_to_another(tmp_path: Path) -> None:
    with (
        production() as served,
        web_process(served, tmp_path / "one.log") as one,
        web_process(served, tmp_path / "other.log") as other,
    ):
        opened = json.loads(python(served, "-W", "ignore", "-m", "tests.services.open_sitting"))
        with (
            socket(one, "/ws/room/", ticket=opened["seat"], device=DEVICE) as room,
            socket(other, "/ws/console/", ticket=opened["member"], session=opened["session"]) as console,
        ):
            say(console, type="signal", what="begin", session=opened["session"])
            begun = hear(console, "signal")
            assert begun["what"] == "begun"
            assert hear(room, "signal")["watch"] == begun["watch"]
            offer = {"type": "offer", "sdp": "v=0\r\n"}
            say(room, type="signal", what="description", watch=begun["watch"], description=offer)
            assert hear(console, "signal")["description"] == offer
            console.close()
            ended = hear(room, "signal")
            assert (ended["what"], ended["watch"]) == ("end", begun["watch"])
