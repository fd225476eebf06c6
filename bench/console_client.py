"""An examiner's wall: told of frames and flags of an exam, each with the moment at which it was told."""

import asyncio
import json
import time
from random import Random
from typing import Any

from bench.site import NotAnswered, post_json
from bench.wire import Refused, Wire, open_wire

LONGEST_DELAY_S = 5.0


class ConsoleClient:
    """`frames` by (session, time of the frame in ms), `flags` by (session, id): when the wall was told."""

    def __init__(self, *, url: str, exam: str, cookie: str, dice: Random) -> None:
        self.url, self.exam, self.cookie, self.dice = url, exam, cookie, dice
        self.frames: dict[tuple[str, int], float] = {}
        self.flags: dict[tuple[str, str], float] = {}
        self.connections = 0
        self.is_welcome = asyncio.Event()
        self._wire: Wire | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._stay())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._wire is not None:
            self._wire.abort()
            await asyncio.sleep(0)

    async def _stay(self) -> None:
        while True:
            closed = asyncio.Event()
            try:
                await self._connect(closed)
                await closed.wait()
            except (NotAnswered, Refused, OSError, TimeoutError):
                pass
            self.is_welcome.clear()
            await asyncio.sleep(self.dice.random() * LONGEST_DELAY_S)

    async def _connect(self, closed: asyncio.Event) -> None:
        answer = await post_json(self.url, "/console/ticket/", self.cookie, {})
        self._wire = await open_wire(
            self.url, "/ws/console/", on_text=self._hear, on_closed=lambda _code: closed.set()
        )
        self.connections += 1
        self._wire.send_text(json.dumps({"type": "hello", "ticket": answer["ticket"], "exam": self.exam}))

    def _hear(self, text: str) -> None:
        message: dict[str, Any] = json.loads(text)
        kind, now_s = message["type"], time.perf_counter()
        if kind == "frame_analyzed":
            self.frames.setdefault((message["session"], message["data"]["t"]), now_s)
        elif kind == "flag.opened":
            self.flags.setdefault((message["session"], message["flag"]["id"]), now_s)
        elif kind == "welcome":
            self.is_welcome.set()
        elif kind == "ping" and self._wire is not None:
            self._wire.send_text('{"type": "pong"}')
