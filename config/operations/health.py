"""Whether this process can serve: each part it leans on is asked, for two seconds at most."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any

from channels.layers import get_channel_layer
from django.core.cache import cache
from django.core.files.storage import storages
from django.db import connections

from proctoring.draining import is_draining

LIMIT_S = 2.0
# Whoever asks more often is told the same: a flood of questions must not reach the database.
KEPT_S = 1.0
NAME_OF_NOTHING = "health"

logger = logging.getLogger(__name__)
_threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="health")


@dataclass(frozen=True, slots=True)
class Finding:
    """`state` is ok, failed or timeout; the reason stands in the log, for it may name addresses."""

    state: str
    needed: bool
    ms: int


@dataclass(frozen=True, slots=True)
class Readiness:
    status: str
    parts: dict[str, Finding]

    @property
    def may_serve(self) -> bool:
        return self.status in {"ready", "degraded"}

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Part:
    """Something this process leans on. Without one that is not needed it still serves, and says so."""

    name: str
    ask: Callable[[], Awaitable[object]]
    needed: bool = True


class InThread:
    """A blocking question, never asked twice at a time: one that hangs holds one thread and no more."""

    def __init__(self, ask: Callable[[], object]) -> None:
        self._ask = ask
        self._asking: Future[object] | None = None

    async def __call__(self) -> object:
        if self._asking is None or self._asking.done():
            self._asking = _threads.submit(self._ask)
        return await asyncio.shield(asyncio.wrap_future(self._asking))


class Health:
    def __init__(self, parts: tuple[Part, ...]) -> None:
        self._parts = parts
        self._kept: tuple[float, dict[str, Finding]] | None = None

    async def readiness(self) -> Readiness:
        if is_draining():
            return Readiness("draining", {})
        findings = await self._findings()
        bad = [finding for finding in findings.values() if finding.state != "ok"]
        worst = "not_ready" if any(finding.needed for finding in bad) else "degraded"
        return Readiness(worst if bad else "ready", findings)

    async def _findings(self) -> dict[str, Finding]:
        now_s = time.monotonic()
        if self._kept is None or now_s - self._kept[0] > KEPT_S:
            found = await asyncio.gather(*(_ask(part) for part in self._parts))
            self._kept = now_s, {part.name: finding for part, finding in zip(self._parts, found, strict=True)}
        return self._kept[1]


async def _ask(part: Part) -> Finding:
    begun_s, state = time.monotonic(), "ok"
    try:
        await asyncio.wait_for(part.ask(), LIMIT_S)
    except TimeoutError:
        state = "timeout"
    except Exception as error:
        # Whatever it is, the answer names the part and the log the reason.
        logger.warning("%s is not there: %s", part.name, type(error).__name__)
        state = "failed"
    return Finding(state, part.needed, round((time.monotonic() - begun_s) * 1000))


def _ask_database() -> None:
    connection = connections["default"]
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        # Given back to where it came from: this thread may not be asked again for long.
        connection.close()


def _ask_cache() -> None:
    cache.get(NAME_OF_NOTHING)


def _ask_storage() -> None:
    storages["evidence"].exists(NAME_OF_NOTHING)


async def _ask_channel_layer() -> None:
    layer = get_channel_layer()
    assert layer is not None
    await layer.group_send(NAME_OF_NOTHING, {"type": "health.asked"})


def parts_of_this_process() -> tuple[Part, ...]:
    return (
        Part("database", InThread(_ask_database)),
        Part("cache", InThread(_ask_cache)),
        Part("channel_layer", _ask_channel_layer),
        # What is kept waits in the database until storage is back: exams go on without it.
        Part("storage", InThread(_ask_storage), needed=False),
    )
