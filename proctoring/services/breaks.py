"""Breaks that a candidate was granted: taken without asking, over by themselves, and a pause like any other.

The clock stands still, nothing is watched, and the log says that it was a break.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.errors import Conflict
from analysis.risk.log import PAUSED, RESUMED
from exams import timekeeping
from exams.adjustments import adjustments_of
from exams.models import Session
from exams.states import SessionState
from jobs import services as jobs
from proctoring import hints
from proctoring.breaks import breaks_taken, running_break
from proctoring.services.remarks import remark_now
from proctoring.services.risk import lock_sitting

KIND = "proctoring.end_break"


@transaction.atomic
def begin_break(*, session: Session) -> Session:
    """Beginning again in a break changes nothing."""
    risk, session = lock_sitting(session)
    if running_break(session) is not None:
        return session
    allowed, taken = adjustments_of(session).breaks, breaks_taken(session)
    now = timezone.now()
    is_over = session.deadline_at is not None and now >= session.deadline_at
    if session.state != SessionState.RUNNING or is_over:
        raise Conflict("not_running", _("A break can begin only while the exam goes on."))
    if taken >= allowed.count:
        raise Conflict("no_break_left", _("You have no break left. Write to your proctor if you need one."))
    session = timekeeping.pause(session=session, at=now)
    remark_now(risk, session, PAUSED, {"break": taken + 1, "minutes": allowed.minutes})
    due_at = now + timedelta(minutes=allowed.minutes)
    jobs.enqueue(KIND, due_at=due_at, session=str(session.id), number=taken + 1)
    _audit(session, "session.break_begun", taken + 1)
    transaction.on_commit(lambda: hints.state_changed(session), robust=True)
    return session


@transaction.atomic
def end_break(*, session: Session, number: int | None = None) -> Session:
    """Back to the exam; only from a break (of this number), and from nothing that a proctor paused."""
    risk, session = lock_sitting(session)
    running = running_break(session)
    if running is None or (number is not None and running != number):
        return session
    session = timekeeping.resume(session=session)
    remark_now(risk, session, RESUMED, {"break": running})
    _audit(session, "session.break_ended", running)
    transaction.on_commit(lambda: hints.state_changed(session), robust=True)
    return session


def _audit(session: Session, action: str, number: int) -> None:
    audit.record(
        actor=f"candidate:{session.candidate_id}",
        action=action,
        subject=f"session:{session.id}",
        detail={"number": number},
    )
