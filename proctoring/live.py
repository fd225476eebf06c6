"""The only user of the channel layer. What goes through it are hints: a reload rebuilds everything.

A layer that fails is logged and never stops the work that was already committed.
"""

import asyncio
import logging
import uuid
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from proctoring.protocol import Outcome

logger = logging.getLogger(__name__)

_server_loop: asyncio.AbstractEventLoop | None = None


def attach_server_loop() -> None:
    """Called by a socket: in the server's process every message is put through the server's own loop.

    The in-memory layer's queues belong to that loop: a job's or a view's thread must not touch them.
    """
    global _server_loop
    _server_loop = asyncio.get_running_loop()


def exam_group(exam_id: uuid.UUID | str) -> str:
    return f"console.exam.{exam_id}"


def session_group(session_id: uuid.UUID | str) -> str:
    return f"console.session.{session_id}"


def room_group(session_id: uuid.UUID | str) -> str:
    return f"room.{session_id}"


def tell_console(*, exam_id: uuid.UUID | str, session_id: uuid.UUID | str, kind: str, **content: Any) -> None:
    """A hint to everybody who watches the exam or the session."""
    hint = {"type": "console.hint", "message": {"type": kind, "session": str(session_id), **content}}
    _deliver(_to_groups((exam_group(exam_id), session_group(session_id)), hint))


def tell_wall(*, exam_id: uuid.UUID | str, kind: str, **content: Any) -> None:
    """A hint to everybody who watches the exam as a whole."""
    hint = {"type": "console.hint", "message": {"type": kind, **content}}
    _deliver(_to_groups((exam_group(exam_id),), hint))


def tell_page(*, session_id: uuid.UUID | str, kind: str, **content: Any) -> None:
    """A hint to everybody who has the session's own page open."""
    hint = {"type": "console.hint", "message": {"type": kind, "session": str(session_id), **content}}
    _deliver(_to_groups((session_group(session_id),), hint))


def tell_room(*, session_id: uuid.UUID | str, kind: str, **content: Any) -> None:
    hint = {"type": "room.hint", "message": {"type": kind, **content}}
    _deliver(_to_groups((room_group(session_id),), hint))


def acknowledge(*, channel: str, seq: int, outcome: Outcome, guidance: dict[str, Any] | None = None) -> None:
    """Tell the socket that sent a frame what became of it."""
    answer = {"type": "frame.done", "seq": seq, "outcome": outcome.value, "guidance": guidance}
    _deliver(_to_channel(channel, answer))


def late_frame_taken(*, channel: str, seq: int, outcome: Outcome) -> None:
    """Tell the socket what became of a picture that was kept without a line."""
    _deliver(_to_channel(channel, {"type": "late.done", "seq": seq, "outcome": outcome.value}))


def sound_heard(*, channel: str, seq: int) -> None:
    """Tell the socket that sent a window of sound that the next one may come."""
    _deliver(_to_channel(channel, {"type": "sound.done", "seq": seq}))


def look_taken(*, channel: str, seq: int, found: bool) -> None:
    """Tell the socket whether eyes were found in a picture of somebody who looks at a point."""
    _deliver(_to_channel(channel, {"type": "look.done", "seq": seq, "found": found}))


def gaze_fitted(*, channel: str, outcome: dict[str, Any]) -> None:
    """Tell the socket what became of the points that were looked at."""
    _deliver(_to_channel(channel, {"type": "gaze.fitted", "outcome": outcome}))


def frame_measured(
    *, channel: str, seq: int, answer: dict[str, Any] | None, state: dict[str, Any] | None
) -> None:
    """Tell the socket of a program what was seen in its frame; without an answer, that nobody looked."""
    _deliver(_to_channel(channel, {"type": "frame.measured", "seq": seq, "answer": answer, "state": state}))


async def _to_groups(groups: tuple[str, ...], message: dict[str, Any]) -> None:
    layer = get_channel_layer()
    for group in groups:
        await layer.group_send(group, message)


async def _to_channel(channel: str, message: dict[str, Any]) -> None:
    await get_channel_layer().send(channel, message)


def _deliver(sending: Coroutine[Any, Any, None]) -> None:
    loop = _server_loop
    try:
        if loop is not None and loop.is_running():
            asyncio.run_coroutine_threadsafe(sending, loop).add_done_callback(_log_failure)
        else:
            async_to_sync(_wait_for)(sending)
    except Exception as error:
        logger.warning("a live message was lost: %s: %s", type(error).__name__, error)


async def _wait_for(sending: Coroutine[Any, Any, None]) -> None:
    await sending


def _log_failure(sent: "Future[None]") -> None:
    if not sent.cancelled() and (error := sent.exception()) is not None:
        logger.warning("a live message was lost: %s: %s", type(error).__name__, error)
