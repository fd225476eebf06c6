"""Two web processes of the production profile: a candidate's socket in one, a proctor's in the other."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from websockets import Origin
from websockets.sync.client import ClientConnection, connect

from tests.proctoring.sockets import DEVICE
from tests.stack.stack import running_stack

pytestmark = pytest.mark.production_only
ORIGIN = Origin("http://localhost")
# Waiting ends with the answer; the limit is for a machine that is busy with other things.
LIMIT_S = 60


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


def test_a_live_picture_is_arranged_from_one_process_to_another() -> None:
    with running_stack(web=2, workers=()) as stack:
        one, other = stack.own_ports
        opened = json.loads(stack.run("-m", "tests.services.open_sitting"))
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
