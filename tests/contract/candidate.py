"""What a candidate's browser does, without the browser: join, agree, say what happened to the page."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager

import requests
from websockets import Origin
from websockets.sync.client import ClientConnection, connect

from tests.contract.callers import LIMIT_S

# Flags wait two seconds for what may still be on its way; a clock may be this far ahead.
APART_MS = 4000
DEVICE = {"user_agent": "contract", "screen": [1440, 900], "camera_label": "HD"}
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
            assert self._hear(socket, "ack")["seq"] == len(names)

    @contextmanager
    def _socket(self) -> Iterator[ClientConnection]:
        token = {"X-CSRFToken": self.browser.cookies["csrftoken"], "Referer": self.room_url}
        answer = self.browser.post(f"{self.room_url}ticket/", headers=token, timeout=LIMIT_S)
        hello = {"type": "hello", "ticket": answer.json()["ticket"], "device": DEVICE}
        with connect(
            f"{self.server.replace('http', 'ws', 1)}/ws/room/", origin=Origin(self.server)
        ) as socket:
            socket.send(json.dumps(hello))
            self._hear(socket, "welcome")
            yield socket

    @staticmethod
    def _hear(socket: ClientConnection, kind: str) -> dict[str, object]:
        while True:
            message: dict[str, object] = json.loads(socket.recv(timeout=LIMIT_S))
            if message["type"] == kind:
                return message

    def _submit(self, url: str, **fields: str) -> requests.Response:
        """Send the form of the page at `url`, as pressing its button does."""
        page = self.browser.get(url, timeout=LIMIT_S)
        hidden = dict(_FIELD.findall(page.text))
        answer = self.browser.post(url, data={**hidden, **fields}, headers={"Referer": url}, timeout=LIMIT_S)
        answer.raise_for_status()
        return answer
