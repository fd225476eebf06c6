"""The end of a web process: its sockets leave first, and only then does the server shut down.

A server that is told to end cuts every socket before the application hears of it (ASGI's own shutdown comes
last), so the signal is taken here and handed on once the sockets have left.
"""

import asyncio
import logging
import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

from django.conf import settings

from config.bodies import Receive, Send
from config.operations.exposition import forget_dead
from proctoring.draining import drain

logger = logging.getLogger(__name__)
Handler = Callable[[int, FrameType | None], Any]


class Lifespan:
    """The ASGI application of a server's start and end."""

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                forget_dead()
                drain_first(asyncio.get_running_loop())
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await send({"type": "lifespan.shutdown.complete"})
                return


def drain_first(loop: asyncio.AbstractEventLoop) -> None:
    """From now on SIGTERM empties the process before its server hears of it; a second one does not wait."""
    if threading.current_thread() is not threading.main_thread():
        return
    server = signal.getsignal(signal.SIGTERM)
    if callable(server):
        signal.signal(signal.SIGTERM, _Farewell(loop, server))


class _Farewell:
    def __init__(self, loop: asyncio.AbstractEventLoop, server: Handler) -> None:
        self._loop, self._server = loop, server
        self._task: asyncio.Task[None] | None = None
        self._begun = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        if self._begun:
            self._server(number, frame)
            return
        self._begun = True
        self._loop.call_soon_threadsafe(self._begin, number)

    def _begin(self, number: int) -> None:
        self._task = self._loop.create_task(self._empty(number))

    async def _empty(self, number: int) -> None:
        try:
            left = await drain(limit_s=settings.DRAIN_LIMIT_S)
            logger.info("%s sockets were sent elsewhere", left)
        finally:
            self._server(number, None)
