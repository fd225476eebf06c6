"""An examiner and candidates as browsers are: cookies, forms, tickets, sockets."""

import asyncio
import json
import re
import time
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, ProxyHandler, Request, build_opener

from websockets.asyncio.client import ClientConnection, connect

from proctoring.protocol import FrameMessage, pack

FRAME_INTERVAL_S = 1.0
LIMIT_S = 15


class Browser:
    def __init__(self, url: str) -> None:
        self.url = url
        self._cookies = CookieJar()
        self._opener = build_opener(ProxyHandler({}), HTTPCookieProcessor(self._cookies))

    def get(self, path: str) -> bytes:
        return self._open(Request(self.url + path))

    def post(self, path: str, form: dict[str, str]) -> bytes:
        return self._open(Request(self.url + path, urlencode(form).encode(), self._headers()))

    def post_json(self, path: str, document: dict[str, Any]) -> dict[str, Any]:
        headers = self._headers() | {"Content-Type": "application/json"}
        answer: dict[str, Any] = json.loads(
            self._open(Request(self.url + path, json.dumps(document).encode(), headers))
        )
        return answer

    def socket(self, path: str) -> connect:
        return connect(
            self.url.replace("http", "ws", 1) + path, origin=self.url, compression=None, proxy=None
        )

    def _headers(self) -> dict[str, str]:
        token = next((cookie.value for cookie in self._cookies if cookie.name == "csrftoken"), None)
        return {"X-CSRFToken": token or "", "Referer": self.url}

    def _open(self, request: Request) -> bytes:
        with self._opener.open(request, timeout=LIMIT_S) as response:
            body: bytes = response.read()
            return body


@dataclass(slots=True)
class Latencies:
    """When each frame left, and how long after that the console was told of it."""

    sent_at_s: dict[tuple[str, int], float] = field(default_factory=dict)
    told_after_ms: list[float] = field(default_factory=list)

    def sent(self, session: str, t_ms: int) -> None:
        self.sent_at_s[session, t_ms] = time.perf_counter()

    def told(self, session: str, t_ms: int) -> None:
        left_at_s = self.sent_at_s.pop((session, t_ms), None)
        if left_at_s is not None:
            self.told_after_ms.append(1000 * (time.perf_counter() - left_at_s))


def sit_down(browser: Browser, join_path: str, session: str) -> None:
    """Open the link, consent, start: the camera check is left to a person."""
    browser.get(join_path)
    browser.post(join_path, {})
    page = browser.get(f"/room/{session}/consent/").decode()
    notice = re.search(r'name="notice" value="(\w+)"', page)
    browser.post(f"/room/{session}/consent/", {"agree": "yes", "notice": notice[1] if notice else ""})
    browser.post_json(f"/room/{session}/start/", {"device_info": {}, "without_baseline": True})


async def send_frames(
    browser: Browser, session: str, jpegs: list[bytes], latencies: Latencies, *, after_s: float
) -> None:
    """One frame a second, whatever came of the one before."""
    ticket = (await asyncio.to_thread(browser.post_json, f"/room/{session}/ticket/", {}))["ticket"]
    device = {"user_agent": "bench", "screen": [1280, 720], "camera_label": "clip"}
    async with browser.socket("/ws/room/") as socket:
        welcome = await _hello(socket, {"ticket": ticket, "device": device})
        reading = asyncio.create_task(_read_on(socket))
        begun_s = time.perf_counter()
        began_ms, seq = welcome["session"]["now_ms"], welcome["next_seq"]["video"]
        await asyncio.sleep(after_s)
        for number, jpeg in enumerate(jpegs):
            t_ms = began_ms + int(1000 * (time.perf_counter() - begun_s))
            latencies.sent(session, t_ms)
            await socket.send(pack(FrameMessage(seq + number, t_ms, jpeg)))
            await asyncio.sleep(FRAME_INTERVAL_S)
        reading.cancel()


async def watch(browser: Browser, exam: str, latencies: Latencies, ready: asyncio.Event) -> None:
    """The examiner's wall; ends when cancelled."""
    ticket = (await asyncio.to_thread(browser.post_json, "/console/ticket/", {}))["ticket"]
    async with browser.socket("/ws/console/") as socket:
        await _hello(socket, {"ticket": ticket, "exam": exam})
        ready.set()
        async for text in socket:
            message = json.loads(text)
            if message["type"] == "frame_analyzed":
                latencies.told(message["session"], message["data"]["t"])


async def _hello(socket: ClientConnection, content: dict[str, Any]) -> dict[str, Any]:
    await socket.send(json.dumps({"type": "hello", **content}))
    async with asyncio.timeout(LIMIT_S):
        while True:
            message: dict[str, Any] = json.loads(await socket.recv())
            if message["type"] == "welcome":
                return message


async def _read_on(socket: ClientConnection) -> None:
    async for text in socket:
        if json.loads(text)["type"] == "ping":
            await socket.send(json.dumps({"type": "pong"}))
