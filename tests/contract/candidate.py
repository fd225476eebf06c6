"""What a candidate's browser does, without the browser: join, agree, say what happened to the page."""

import json
import re
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
from websockets import Origin
from websockets.sync.client import ClientConnection, connect

from tests.contract.callers import LIMIT_S

# Flags wait two seconds for what may still be on its way; a clock may be this far ahead.
APART_MS = 2400
DEVICE = {"user_agent": "contract", "screen": [1440, 900], "camera_label": "HD"}
FRAME_HEADER = struct.Struct(">BBII")
_FIELD = re.compile(r'name="(csrfmiddlewaretoken|notice)" value="([^"]+)"')


class Candidate:
    def __init__(self, join_url: str) -> None:
        self.server, _, _ = join_url.partition("/join/")
        self.browser = requests.Session()
        landing = self._submit(join_url)
        self.room_url = landing.url.removesuffix("consent/")

    def agree(self) -> None:
        answer = self._submit(f"{self.room_url}consent/", agree="yes")
        assert answer.url == self.room_url, answer.url

    def report(self, *names: str) -> None:
        """Browser events, some seconds apart, until the server has written them down."""
        with self._socket() as socket:
            events = [
                {"stream": "browser", "seq": seq, "t": (seq - 1) * APART_MS, "ev": name, "n": 1}
                for seq, name in enumerate(names, start=1)
            ]
            socket.send(json.dumps({"type": "events", "events": events}))
            assert hear(socket, "ack", stream="browser")["seq"] == len(names)

    def show(self, jpeg: bytes) -> None:
        """The first picture of the camera, until the server has written down what is in it."""
        with self._socket() as socket:
            socket.send(FRAME_HEADER.pack(1, 1, 1, 0) + jpeg)
            assert hear(socket, "ack", stream="video", seq=1)["outcome"] == "recorded"

    @contextmanager
    def _socket(self) -> Iterator[ClientConnection]:
        token = {"X-CSRFToken": self.browser.cookies["csrftoken"], "Referer": self.room_url}
        answer = self.browser.post(f"{self.room_url}ticket/", headers=token, timeout=LIMIT_S)
        hello = {"type": "hello", "ticket": answer.json()["ticket"], "device": DEVICE}
        address = self.server.replace("http", "ws", 1)
        with connect(f"{address}/ws/room/", origin=Origin(self.server)) as socket:
            socket.send(json.dumps(hello))
            hear(socket, "welcome")
            yield socket

    def _submit(self, url: str, **fields: str) -> requests.Response:
        """Send the form of the page at `url`, as pressing its button does."""
        page = self.browser.get(url, timeout=LIMIT_S)
        hidden = dict(_FIELD.findall(page.text))
        answer = self.browser.post(url, data={**hidden, **fields}, headers={"Referer": url}, timeout=LIMIT_S)
        answer.raise_for_status()
        return answer


def hear(socket: ClientConnection, kind: str, **fields: object) -> dict[str, Any]:
    """The next message of that type, whatever else comes before it."""
    while True:
        message: dict[str, Any] = json.loads(socket.recv(timeout=LIMIT_S))
        if message["type"] == kind and fields.items() <= message.items():
            return message
