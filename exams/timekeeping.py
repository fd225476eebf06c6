"""A sitting's clock while it runs: stood still, let go on, given more time."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import Conflict, DomainError
from exams.models import Session
from exams.services import lock, transition
from exams.states import UNDER_WAY, SessionState
from webhooks import outbox

MOST_MINUTES = 600


@transaction.atomic
def pause(*, session: Session, at: datetime | None = None) -> Session:
    """The clock stands still; pausing what is paused changes nothing."""
    session = lock(session)
    if session.state == SessionState.PAUSED:
        return session
    transition(session=session, to=SessionState.PAUSED)
    session.paused_at = at or timezone.now()
    session.save(update_fields=["paused_at"])
    outbox.publish("session.paused", session=str(session.id), exam=str(session.exam_id))
    return session


@transaction.atomic
def resume(*, session: Session, at: datetime | None = None) -> Session:
    """The clock goes on with what was left; resuming what runs changes nothing."""
    session = lock(session)
    if session.state == SessionState.RUNNING:
        return session
    if session.state != SessionState.PAUSED:
        raise Conflict("not_paused", _("Only a session that is paused can go on."))
    settle_pause(session=session, at=at or timezone.now())
    transition(session=session, to=SessionState.RUNNING)
    outbox.publish("session.resumed", session=str(session.id), exam=str(session.exam_id))
    return session


@transaction.atomic
def extend(*, session: Session, minutes: int) -> Session:
    """More time for this sitting, whatever its exam says."""
    if not 1 <= minutes <= MOST_MINUTES:
        raise DomainError(
            "minutes_wrong",
            _("Give between 1 and %(most_minutes)s minutes.") % {"most_minutes": MOST_MINUTES},
            field="minutes",
        )
    session = lock(session)
    if session.state not in UNDER_WAY or session.deadline_at is None:
        raise Conflict("not_under_way", _("Only a session that is under way can be given more time."))
    session.deadline_at += timedelta(minutes=minutes)
    session.save(update_fields=["deadline_at"])
    return session


def settle_pause(*, session: Session, at: datetime) -> None:
    """Book a pause that is over: its length counts for neither the deadline nor the coverage."""
    if session.paused_at is None:
        return
    lasted = max(at - session.paused_at, timedelta())
    session.paused_ms += lasted // timedelta(milliseconds=1)
    if session.deadline_at is not None:
        session.deadline_at += lasted
    session.paused_at = None
    session.save(update_fields=["paused_ms", "deadline_at", "paused_at"])
