"""What holds for a browser's events, whether they are committed one batch at a time or many at once."""

from datetime import datetime
from typing import Any

from analysis.risk.log import Record
from exams.models import Session
from proctoring.protocol import BrowserEvent

STREAM = "browser"
AHEAD_MS = 5000
# Older than the bytes of any frame that waits its turn: the sender's clock stands still.
BEHIND_MS = 30_000
LARGEST_JUMP = 10_000
# What leaving the tab, copying and losing the line can add up to; one browser must not fill the log.
EVENTS_AT_ONCE = 600
EVENTS_PER_S = 1


def record_of(event: BrowserEvent) -> Record:
    detail = dict(event.detail) or None
    return Record(STREAM, event.seq, event.t_ms, event=event.name, n=event.times, detail=detail)


def server_clock_ms(session: Session, now: datetime) -> int:
    """The session's time by the server's clock; it stands still after the end."""
    at = min(now, session.ended_at) if session.ended_at else now
    return max(0, session.elapsed_ms(at) or 0)


def wrong_clock(stream: str, t_ms: int, server_ms: int) -> str | None:
    """Events may be old, from a time without a line; a frame that long ago would not have been looked at."""
    if t_ms > server_ms + AHEAD_MS:
        return "clock_ahead"
    return "clock_behind" if stream == "video" and t_ms < server_ms - BEHIND_MS else None


def most_events(server_ms: int) -> int:
    """How many events an exam that has run so long can have."""
    return EVENTS_AT_ONCE + EVENTS_PER_S * server_ms // 1000


def as_claimed(record: dict[str, Any]) -> dict[str, Any]:
    """The record as its sender sent it, before its time was corrected."""
    detail = dict(record.get("detail") or {})
    if "claimed_t_ms" not in detail:
        return record
    claimed = {**record, "t": detail.pop("claimed_t_ms"), "detail": detail}
    if not detail:
        del claimed["detail"]
    return claimed
