"""Gathers what many sockets bring within some milliseconds, so that one thread does it all in one go."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextvars import Context
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from channels.db import database_sync_to_async

Brought = TypeVar("Brought")
Answer = TypeVar("Answer")

logger = logging.getLogger(__name__)


class NotDone(Exception):
    """What was brought together could not be done, for a reason that was logged once for all."""


class Gatherer(Generic[Brought, Answer]):
    """`work` gets what was brought, in order, and gives an answer for each; one call at a time runs.

    The wait is for the first of them; what comes while `work` runs is taken by the next call.
    """

    def __init__(
        self, work: Callable[[Sequence[Brought]], Sequence[Answer]], *, wait_s: float, most: int
    ) -> None:
        self._work = work
        self._wait_s, self._most = wait_s, most
        self._waiting: list[tuple[Brought, asyncio.Future[Answer]]] = []
        self._running: asyncio.Task[None] | None = None

    async def bring(self, brought: Brought) -> Answer:
        """The answer to this one; NotDone where the whole gathering failed."""
        return await self._put(brought)

    def leave(self, brought: Brought) -> None:
        """The same for whoever wants no answer and waits for none."""
        self._put(brought).add_done_callback(_forget)

    def _put(self, brought: Brought) -> "asyncio.Future[Answer]":
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Answer] = loop.create_future()
        self._waiting.append((brought, answer))
        if self._running is None:
            # In nobody's scope: whose message came first must not decide what the others may see.
            self._running = loop.create_task(self._run(), context=Context())
        return answer

    async def _run(self) -> None:
        try:
            while self._waiting:
                await asyncio.sleep(self._wait_s)
                taken, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
                await self._do(taken)
        finally:
            self._running = None

    async def _do(self, taken: list[tuple[Brought, "asyncio.Future[Answer]"]]) -> None:
        try:
            answers = await database_sync_to_async(self._work, thread_sensitive=False)(
                [brought for brought, _ in taken]
            )
        except Exception:
            logger.exception("what %s sockets brought could not be done", len(taken))
            for _, answer in taken:
                if not answer.done():
                    answer.set_exception(NotDone())
            return
        for (_, answer), found in zip(taken, answers, strict=True):
            # Whoever went away meanwhile needs none.
            if not answer.done():
                answer.set_result(found)


def _forget(answer: "asyncio.Future[Any]") -> None:
    """What went wrong was logged where it was done."""
    if not answer.cancelled():
        answer.exception()


class PerLoop(Generic[Brought, Answer]):
    """One gatherer for each event loop: a web process has one, each test its own."""

    def __init__(self, make: Callable[[], Gatherer[Brought, Answer]]) -> None:
        self._make = make
        self._known: WeakKeyDictionary[asyncio.AbstractEventLoop, Gatherer[Brought, Answer]] = (
            WeakKeyDictionary()
        )

    def here(self) -> Gatherer[Brought, Answer]:
        """That of the running loop."""
        loop = asyncio.get_running_loop()
        gatherer = self._known.get(loop)
        if gatherer is None:
            gatherer = self._known[loop] = self._make()
        return gatherer
