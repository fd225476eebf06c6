"""What many sockets brought at once becomes records in one transaction, with a handful of statements.

Only the plain case is decided here: a sitting under way, its own device, new events behind those that are
known, or known ones once more. Everything else is left to `recording.record_events`, which knows all rules: a
bad batch never harms the others.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, transaction
from django.utils import timezone

from accounts.tenancy import unscoped
from exams.models import Session
from exams.states import UNDER_WAY
from proctoring.models import EventTally, Observation
from proctoring.protocol import BrowserEvent
from proctoring.rooms import Room
from proctoring.services.event_rules import (
    LARGEST_JUMP,
    STREAM,
    as_claimed,
    most_events,
    record_of,
    server_clock_ms,
    wrong_clock,
)
from proctoring.services.recording import EventsRecorded

REASON = "one transaction holds what the sockets of several institutions brought"
Known = dict[tuple[uuid.UUID, int], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Brought:
    """One message of one socket."""

    room: Room
    events: tuple[BrowserEvent, ...]


def commit_together(
    *, batches: Sequence[Brought], now: datetime | None = None
) -> list[EventsRecorded | None]:
    """Commit every plain batch, in their order; None stands for one that `record_events` must decide.

    Raises OperationalError or InterfaceError where the database is not there: nothing was committed then.
    """
    try:
        with unscoped(REASON):
            return _commit(batches, now or timezone.now())
    except (OperationalError, InterfaceError):
        raise
    except DatabaseError:
        # A tally that does not fit its log, or a sitting deleted this moment: each finds out for itself.
        return [None] * len(batches)


@transaction.atomic
def _commit(batches: Sequence[Brought], now: datetime) -> list[EventsRecorded | None]:
    firsts = {batch.room.session_id: batch for batch in reversed(batches)}
    tallies = _lock_tallies(firsts)
    sittings = _lock_sittings(tallies)
    known = _known(tallies, firsts.values())
    new: list[Observation] = []
    answers: dict[uuid.UUID, EventsRecorded] = {}
    for session_id, sitting in sittings.items():
        tally, batch = tallies[session_id], firsts[session_id]
        rows = _plain_rows(sitting, tally, batch, known, now)
        if rows is not None:
            new.extend(rows)
            answers[session_id] = _count(tally, rows, now)
    Observation.objects.bulk_create(new)
    _write({row.session_id for row in new}, tallies)
    return [
        answers.get(batch.room.session_id) if firsts[batch.room.session_id] is batch else None
        for batch in batches
    ]


def _lock_tallies(session_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, EventTally]:
    """Those that somebody else is writing this moment are left out: nobody waits for one sitting."""
    locking = EventTally.objects.select_for_update(no_key=True, skip_locked=True)
    return {row.session_id: row for row in locking.filter(session__in=session_ids).order_by("session_id")}


def _lock_sittings(session_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Session]:
    """The lock keeps a sitting from ending between the look at its state and the commit."""
    locking = Session.objects.select_for_update(no_key=True, skip_locked=True)
    needed = locking.only("institution_id", "state", "device_key", "started_at", "ended_at")
    return {row.id: row for row in needed.filter(id__in=session_ids).order_by("id")}


def _known(tallies: dict[uuid.UUID, EventTally], batches: Iterable[Brought]) -> Known:
    """What is stored under the numbers that come once more."""
    again = [
        (batch.room.session_id, event.seq)
        for batch in batches
        for event in batch.events
        if batch.room.session_id in tallies and event.seq <= tallies[batch.room.session_id].newest_seq
    ]
    if not again:
        return {}
    rows = Observation.objects.filter(
        stream=STREAM, session__in={session_id for session_id, _ in again}, seq__in={seq for _, seq in again}
    )
    return {(row[0], row[1]): row[2] for row in rows.values_list("session_id", "seq", "record")}


def _plain_rows(
    sitting: Session, tally: EventTally, batch: Brought, known: Known, now: datetime
) -> list[Observation] | None:
    """The rows of the batch's new events; None where anything about it is out of the ordinary."""
    if sitting.device_key != batch.room.device_key or sitting.state not in UNDER_WAY:
        return None
    events = sorted(batch.events, key=lambda event: event.seq)
    new = [event for event in events if event.seq > tally.newest_seq]
    server_ms = server_clock_ms(sitting, now)
    if len({event.seq for event in events}) < len(events) or not (
        _fits(new, tally, server_ms) and _said_before(sitting.id, events[: len(events) - len(new)], known)
    ):
        return None
    return [_row(sitting, event, now) for event in new]


def _fits(new: list[BrowserEvent], tally: EventTally, server_ms: int) -> bool:
    if not new:
        return True
    return (
        new[-1].seq <= tally.newest_seq + LARGEST_JUMP
        and tally.stored + len(new) <= most_events(server_ms)
        and not any(wrong_clock(STREAM, event.t_ms, server_ms) for event in new)
    )


def _said_before(session_id: uuid.UUID, events: list[BrowserEvent], known: Known) -> bool:
    return all(
        as_claimed(known.get((session_id, event.seq), {})) == record_of(event).to_json() for event in events
    )


def _row(sitting: Session, event: BrowserEvent, now: datetime) -> Observation:
    return Observation(
        institution_id=sitting.institution_id,
        session_id=sitting.id,
        stream=STREAM,
        seq=event.seq,
        t_ms=event.t_ms,
        record=record_of(event).to_json(),
        received_at=now,
    )


def _count(tally: EventTally, rows: list[Observation], now: datetime) -> EventsRecorded:
    for row in rows:
        tally.contiguous_seq += row.seq == tally.contiguous_seq + 1
        tally.newest_seq = row.seq
    if rows:
        tally.stored += len(rows)
        tally.fold_due_at = tally.fold_due_at or now + timedelta(milliseconds=settings.EVENTS_FOLD_AFTER_MS)
    return EventsRecorded(tally.contiguous_seq, len(rows))


def _write(session_ids: set[uuid.UUID], tallies: dict[uuid.UUID, EventTally]) -> None:
    EventTally.objects.bulk_create(
        [tallies[session_id] for session_id in session_ids],
        update_conflicts=True,
        unique_fields=["session"],
        update_fields=["newest_seq", "contiguous_seq", "stored", "fold_due_at"],
    )
