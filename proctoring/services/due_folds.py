"""Folds what was committed without being folded, oldest first; the mark is a row, so that none is lost."""

import logging
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Min
from django.utils import timezone

from accounts.tenancy import tenant_scope, unscoped
from exams.models import Session
from proctoring.models import EventTally
from proctoring.services.folding import fold_many
from proctoring.services.risk import lock_free_risks

REASON = "what is due for the fold belongs to every institution; each is folded in its own scope"
# More of them in a turn, with more events each, are cheaper than the same again a second later.
A_TURN = 200
# Frames of these sittings wait while so many are folded.
AT_ONCE = 25
# What cannot be folded stands behind the others.
TRY_AGAIN_AFTER = timedelta(seconds=30)

logger = logging.getLogger(__name__)


def fold_due(*, now: datetime | None = None) -> int:
    """Fold what has been due for longest by now; returns how many. Those that are being folded are left."""
    due = _due(now or timezone.now())
    return sum(_fold_some(due[first : first + AT_ONCE]) for first in range(0, len(due), AT_ONCE))


def fold_at_once() -> None:
    """For a server without workers: after each commit of events, in the same thread."""
    try:
        fold_due()
    except Exception:
        # The events are committed; what is due is found again.
        logger.exception("events could not be folded")


def leave_to_workers() -> None:
    """For a server with workers: one of them looks every second."""


def oldest_due_s(now: datetime) -> float:
    """For how long the events that have waited longest have not been folded; 0 where none wait."""
    with unscoped(REASON):
        oldest = EventTally.objects.aggregate(oldest=Min("fold_due_at"))["oldest"]
    return max(0.0, (now - oldest).total_seconds()) if oldest else 0.0


def _due(now: datetime) -> list[tuple[uuid.UUID, uuid.UUID]]:
    with unscoped(REASON):
        due = EventTally.objects.filter(fold_due_at__lte=now).order_by("fold_due_at")
        return list(due.values_list("institution_id", "session_id")[:A_TURN])


def _fold_some(due: Sequence[tuple[uuid.UUID, uuid.UUID]]) -> int:
    folded = 0
    for institution_id in dict.fromkeys(institution for institution, _ in due):
        session_ids = [session_id for owner, session_id in due if owner == institution_id]
        with tenant_scope(institution_id):
            folded += _fold_together(session_ids)
    return folded


def _fold_together(session_ids: list[uuid.UUID]) -> int:
    try:
        return _fold(session_ids)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        # One of them takes the others down with it: each alone then.
        logger.exception("%s sittings could not be folded together", len(session_ids))
    return sum(_fold_alone(session_id) for session_id in session_ids)


def _fold_alone(session_id: uuid.UUID) -> int:
    try:
        return _fold([session_id])
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("session %s could not be folded", session_id)
        later = timezone.now() + TRY_AGAIN_AFTER
        EventTally.objects.filter(session=session_id).update(fold_due_at=later)
        return 0


def _fold(session_ids: list[uuid.UUID]) -> int:
    # What is committed after this look is due once more.
    tallies = {row.session_id: row for row in EventTally.objects.filter(session__in=session_ids)}
    folded = _fold_free(session_ids)
    seen = [tallies[session_id] for session_id in folded if session_id in tallies]
    # Only now: whoever dies in between has done the work, and it is done once more in vain.
    _settle(seen)
    return len(seen)


@transaction.atomic
def _settle(seen: list[EventTally]) -> None:
    """Those to which somebody writes this moment stay due: to wait for one would hold up all the others."""
    stored = {tally.session_id: tally.stored for tally in seen}
    locking = EventTally.objects.select_for_update(no_key=True, skip_locked=True).filter(session__in=stored)
    free = locking.order_by("session_id").values_list("pk", "session_id", "stored")
    settled = [key for key, session_id, now_stored in free if now_stored == stored[session_id]]
    EventTally.objects.filter(pk__in=settled).update(fold_due_at=None)


@transaction.atomic
def _fold_free(session_ids: list[uuid.UUID]) -> list[uuid.UUID]:
    risks = lock_free_risks(session_ids)
    sessions = Session.objects.in_bulk([risk.session_id for risk in risks])
    under_way = [
        (risk, sessions[risk.session_id]) for risk in risks if not sessions[risk.session_id].has_ended
    ]
    fold_many(under_way)
    return list(sessions)
