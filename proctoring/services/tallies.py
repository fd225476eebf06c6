"""The row that says how far a session's events have come; the log itself is right where the two differ."""

from django.db.models import Count, Max, QuerySet

from exams.models import Session
from proctoring.models import EventTally, Observation
from proctoring.services.event_rules import STREAM


def lock_tally(session: Session) -> EventTally:
    """The lock serialises whoever stores events of the session; the risk row's, if any, was taken before."""
    known = _locking().filter(session=session).first()
    if known is not None:
        return known
    begin_tally(session)
    return _locking().get(session=session)


def begin_tally(session: Session) -> None:
    EventTally.objects.get_or_create(session=session, defaults={"institution_id": session.institution_id})


def count_again(tally: EventTally, session: Session) -> EventTally:
    """Set the row right by the log."""
    log = Observation.objects.filter(session=session, stream=STREAM)
    found = log.aggregate(stored=Count("id"), newest=Max("seq"))
    tally.stored, tally.newest_seq = found["stored"], found["newest"] or 0
    tally.contiguous_seq = tally.newest_seq if tally.stored == tally.newest_seq else _before_first_gap(log)
    tally.save(update_fields=["stored", "newest_seq", "contiguous_seq"])
    return tally


def _before_first_gap(log: QuerySet[Observation]) -> int:
    numbers = log.order_by("seq").values_list("seq", flat=True)
    return next(place for place, seq in enumerate(numbers) if seq != place + 1)


def _locking() -> QuerySet[EventTally]:
    return EventTally.objects.select_for_update(no_key=True)
