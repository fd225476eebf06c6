"""The breaks of a sitting: how many are left, and the one that runs."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from analysis.risk.log import PAUSED
from exams.adjustments import adjustments_of
from exams.models import Session
from exams.states import SessionState
from proctoring.models import Observation


@dataclass(frozen=True, slots=True)
class BreakState:
    """What the room shows: breaks that are left, how long each may be, and how long this one still is."""

    left: int
    minutes: int
    remaining_ms: int | None


def break_state(session: Session, now: datetime) -> BreakState | None:
    """None where none was granted, which costs no query."""
    allowed = adjustments_of(session).breaks
    if not allowed.count:
        return None
    remaining_ms = None
    if session.paused_at is not None and running_break(session) is not None:
        until = session.paused_at + timedelta(minutes=allowed.minutes)
        remaining_ms = max(0, (until - now) // timedelta(milliseconds=1))
    return BreakState(max(0, allowed.count - breaks_taken(session)), allowed.minutes, remaining_ms)


def breaks_taken(session: Session) -> int:
    begun = Observation.objects.filter(session=session, stream="server", record__ev=PAUSED)
    return begun.filter(record__detail__has_key="break").count()


def running_break(session: Session) -> int | None:
    """The number of the break that the session is paused for."""
    if session.state != SessionState.PAUSED:
        return None
    pauses = Observation.objects.filter(session=session, stream="server", record__ev=PAUSED)
    last = pauses.order_by("-seq").first()
    number: int | None = last.record.get("detail", {}).get("break") if last else None
    return number
