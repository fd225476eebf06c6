"""What is sent through the channel layer, all of it hints: a reload rebuilds everything.

A layer that fails is logged and never stops the work that was already committed.
"""

import logging
import uuid
from collections.abc import Callable
from typing import Any

from proctoring.live_sending import Sender, configured_sender
from proctoring.live_sending import attach_server_loop as attach_server_loop
from proctoring.protocol import Outcome

logger = logging.getLogger(__name__)


def exam_group(exam_id: uuid.UUID | str) -> str:
    return f"console.exam.{exam_id}"


def session_group(session_id: uuid.UUID | str) -> str:
    return f"console.session.{session_id}"


def room_group(session_id: uuid.UUID | str) -> str:
    return f"room.{session_id}"


def tell_console(*, exam_id: uuid.UUID | str, session_id: uuid.UUID | str, kind: str, **content: Any) -> None:
    """A hint to everybody who watches the exam or the session."""
    hint = {"type": "console.hint", "message": {"type": kind, "session": str(session_id), **content}}
    _to_groups((exam_group(exam_id), session_group(session_id)), hint)


def tell_wall(*, exam_id: uuid.UUID | str, kind: str, **content: Any) -> None:
    """A hint to everybody who watches the exam as a whole."""
    hint = {"type": "console.hint", "message": {"type": kind, **content}}
    _to_groups((exam_group(exam_id),), hint)


def tell_page(*, session_id: uuid.UUID | str, kind: str, **content: Any) -> None:
    """A hint to everybody who has the session's own page open."""
    hint = {"type": "console.hint", "message": {"type": kind, "session": str(session_id), **content}}
    _to_groups((session_group(session_id),), hint)


def tell_room(*, session_id: uuid.UUID | str, kind: str, **content: Any) -> None:
    hint = {"type": "room.hint", "message": {"type": kind, **content}}
    _to_groups((room_group(session_id),), hint)


def acknowledge(*, channel: str, seq: int, outcome: Outcome, guidance: dict[str, Any] | None = None) -> None:
    """Tell the socket that sent a frame what became of it."""
    answer = {"type": "frame.done", "seq": seq, "outcome": outcome.value, "guidance": guidance}
    _to_channel(channel, answer)


def late_frame_taken(*, channel: str, seq: int, outcome: Outcome) -> None:
    """Tell the socket what became of a picture that was kept without a line."""
    _to_channel(channel, {"type": "late.done", "seq": seq, "outcome": outcome.value})


def practice_seen(*, channel: str, seq: int, guidance: dict[str, Any] | None) -> None:
    """Tell the socket of a practice run what would help; without guidance, that nobody looked."""
    _to_channel(channel, {"type": "practice.seen", "seq": seq, "guidance": guidance})


def sound_heard(*, channel: str, seq: int) -> None:
    """Tell the socket that sent a window of sound that the next one may come."""
    _to_channel(channel, {"type": "sound.done", "seq": seq})


def look_taken(*, channel: str, seq: int, found: bool) -> None:
    """Tell the socket whether eyes were found in a picture of somebody who looks at a point."""
    _to_channel(channel, {"type": "look.done", "seq": seq, "found": found})


def gaze_fitted(*, channel: str, outcome: dict[str, Any]) -> None:
    """Tell the socket what became of the points that were looked at."""
    _to_channel(channel, {"type": "gaze.fitted", "outcome": outcome})


def frame_measured(
    *, channel: str, seq: int, answer: dict[str, Any] | None, state: dict[str, Any] | None
) -> None:
    """Tell the socket of a program what was seen in its frame; without an answer, that nobody looked."""
    _to_channel(channel, {"type": "frame.measured", "seq": seq, "answer": answer, "state": state})


def _to_groups(groups: tuple[str, ...], message: dict[str, Any]) -> None:
    _attempt(lambda sender: sender.to_groups(groups, message))


def _to_channel(channel: str, message: dict[str, Any]) -> None:
    _attempt(lambda sender: sender.to_channel(channel, message))


def _attempt(send: Callable[[Sender], None]) -> None:
    try:
        send(configured_sender())
    except Exception as error:
        logger.warning("a live message was lost: %s: %s", type(error).__name__, error)
