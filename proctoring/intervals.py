"""The 30-second intervals of a session, for its page and its report, whatever policy its exam has."""

from collections.abc import Iterable
from datetime import datetime

from analysis.risk.intervals import LEDGER_POLICY, Interval, intervals
from analysis.risk.library import load_policy
from analysis.risk.log import Record, parse_record
from exams.models import Session
from proctoring.models import Observation

__all__ = ["FLAGGED_AT", "Interval", "intervals_of", "session_intervals"]

FLAGGED_AT = 10


def intervals_of(records: Iterable[Record], duration_ms: int) -> tuple[Interval, ...]:
    return intervals(records, load_policy(LEDGER_POLICY), duration_ms)


def session_intervals(session: Session, now: datetime) -> tuple[Interval, ...]:
    """Up to the end of the session, or to now; none before its start."""
    lasted_ms = session.elapsed_ms(session.ended_at or now)
    if lasted_ms is None:
        return ()
    rows = Observation.objects.filter(session=session).values_list("record", flat=True)
    return intervals_of((parse_record(row) for row in rows.iterator()), max(0, lasted_ms))
