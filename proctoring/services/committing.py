"""What many sockets brought at once becomes records in one transaction, with a handful of statements.

Only the plain case is decided here: a sitting under way, its own device, new events behind those that are
known, or known ones once more. Everything else is left to `recording.record_events`, which knows all rules: a
bad batch never harms the others. Nobody waits for one sitting, either: what is locked by others comes again.
"""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
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
from proctoring.services.many_rows import insert_many, update_many
from proctoring.services.recording import EventsRecorded

REASON = "one transaction holds what the sockets of several institutions brought"
MOST_EVENTS = 1000
NewRow = tuple[uuid.UUID | None, uuid.UUID, int, int, dict[str, Any]]
Known = dict[tuple[uuid.UUID, int], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Brought:
    """One message of one socket."""

    room: Room
    events: tuple[BrowserEvent, ...]


class Left(Enum):
    """Why a batch was not committed with the others."""

    BUSY = "somebody else writes to its sitting this moment: bring it again"
    UNUSUAL = "`record_events` must decide"


Answer = EventsRecorded | Left


def commit_together(*, batches: Sequence[Brought], now: datetime | None = None) -> list[Answer]:
    """Commit every plain batch, in their order.

    Raises OperationalError or InterfaceError where the database goes away: what was committed before is known
    when it comes once more.
    """
    now = now or timezone.now()
    with unscoped(REASON):
        return [answer for portion in _portions(batches) for answer in _commit_or_leave(portion, now)]


def _portions(batches: Sequence[Brought]) -> Iterator[list[Brought]]:
    """After an outage every page brings all that it kept; the locks of one transaction must not last."""
    portion: list[Brought] = []
    events = 0
    for batch in batches:
        portion.append(batch)
        events += len(batch.events)
        if events >= MOST_EVENTS:
            yield portion
            portion, events = [], 0
    if portion:
        yield portion


def _commit_or_leave(batches: Sequence[Brought], now: datetime) -> list[Answer]:
    try:
        return _commit(batches, now)
    except (OperationalError, InterfaceError):
        raise
    except DatabaseError:
        # A tally that does not fit its log, or a sitting deleted this moment: each finds out for itself.
        return [Left.UNUSUAL] * len(batches)


@transaction.atomic
def _commit(batches: Sequence[Brought], now: datetime) -> list[Answer]:
    firsts = {batch.room.session_id: batch for batch in reversed(batches)}
    tallies = _lock_tallies(firsts)
    sittings = _lock_sittings(tallies)
    known = _known(tallies, firsts.values())
    new: list[NewRow] = []
    answers: dict[uuid.UUID, EventsRecorded] = {}
    for session_id, sitting in sittings.items():
        tally, batch = tallies[session_id], firsts[session_id]
        events = _plain_events(sitting, tally, batch, known, now)
        if events is not None:
            new += [_row(sitting, event) for event in events]
            answers[session_id] = _count(tally, events, now)
    _write(new, [tallies[session_id] for session_id, answer in answers.items() if answer.new], now)
    decided: dict[uuid.UUID, Answer] = {**dict.fromkeys(sittings, Left.UNUSUAL), **answers}
    return [
        decided.get(batch.room.session_id, Left.BUSY) if firsts[batch.room.session_id] is batch else Left.BUSY
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


def _plain_events(
    sitting: Session, tally: EventTally, batch: Brought, known: Known, now: datetime
) -> list[BrowserEvent] | None:
    """The batch's new events, in order; None where anything about it is out of the ordinary."""
    if sitting.device_key != batch.room.device_key or sitting.state not in UNDER_WAY:
        return None
    events = sorted(batch.events, key=lambda event: event.seq)
    new = [event for event in events if event.seq > tally.newest_seq]
    server_ms = server_clock_ms(sitting, now)
    if len({event.seq for event in events}) < len(events) or not (
        _fits(new, tally, server_ms) and _said_before(sitting.id, events[: len(events) - len(new)], known)
    ):
        return None
    return new


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


def _row(sitting: Session, event: BrowserEvent) -> NewRow:
    return sitting.institution_id, sitting.id, event.seq, event.t_ms, record_of(event).to_json()


def _count(tally: EventTally, new: list[BrowserEvent], now: datetime) -> EventsRecorded:
    for event in new:
        tally.contiguous_seq += event.seq == tally.contiguous_seq + 1
        tally.newest_seq = event.seq
    if new:
        tally.stored += len(new)
        tally.fold_due_at = tally.fold_due_at or now + timedelta(milliseconds=settings.EVENTS_FOLD_AFTER_MS)
    return EventsRecorded(tally.contiguous_seq, len(new))


def _write(new: list[NewRow], tallies: list[EventTally], now: datetime) -> None:
    alike = {
        "stream": STREAM,
        "is_late": False,
        "is_released": False,
        "received_at": now,
    }
    insert_many(Observation, ["institution", "session", "seq", "t_ms", "record"], new, alike=alike)
    update_many(EventTally, tallies, ["newest_seq", "contiguous_seq", "stored", "fold_due_at"])
