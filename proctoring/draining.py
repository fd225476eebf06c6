"""A process that is about to end sends its sockets elsewhere, and not all of them in the same instant."""

import asyncio
import random
from collections import Counter
from typing import Protocol

# After a deploy other processes take them in: this many a second from each process that ends.
SOCKETS_A_SECOND = 50
# How long a socket waits for the answer to what has come already.
SETTLE_S = 5.0


class OpenSocket(Protocol):
    ticket_kind: str

    async def go_elsewhere(self, *, within_s: float) -> None:
        """Answer what has come, then close so that the page comes back by itself."""


_open: set[OpenSocket] = set()
_draining = asyncio.Event()


def is_draining() -> bool:
    return _draining.is_set()


def opened(socket: OpenSocket) -> None:
    _open.add(socket)


def gone(socket: OpenSocket) -> bool:
    """Whether it was open."""
    was_open = socket in _open
    _open.discard(socket)
    return was_open


def open_by_kind() -> Counter[str]:
    return Counter(socket.ticket_kind for socket in list(_open))


async def drain(*, limit_s: float) -> int:
    """Close every socket at a moment of its own within the limit; returns how many there were."""
    _draining.set()
    leaving = list(_open)
    settle_s = min(SETTLE_S, limit_s / 2)
    spread_s = min(limit_s - settle_s, len(leaving) / SOCKETS_A_SECOND)
    await asyncio.gather(*(_send_away(socket, spread_s, settle_s) for socket in leaving))
    return len(leaving)


def stop_draining() -> None:
    """For a process that goes on after all: a test."""
    _draining.clear()


async def _send_away(socket: OpenSocket, spread_s: float, settle_s: float) -> None:
    await asyncio.sleep(random.uniform(0, spread_s))  # noqa: S311 - spreads load, hides nothing
    await socket.go_elsewhere(within_s=settle_s)
