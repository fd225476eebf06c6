"""The way of a room's events: with those of all other rooms of this process, or alone where they need it."""

from collections.abc import Sequence

from django.conf import settings
from django.utils.module_loading import import_string

from proctoring.gathering import Gatherer, PerLoop
from proctoring.protocol import BrowserEvent
from proctoring.rooms import Room
from proctoring.services import recording
from proctoring.services.committing import Answer, Brought, Left, commit_together
from proctoring.services.recording import EventsRecorded
from proctoring.sockets import in_database

# Whoever holds a sitting does so for some milliseconds; alone costs ten times as much.
TRIES = 8


async def commit_events(room: Room, events: tuple[BrowserEvent, ...]) -> EventsRecorded:
    """Committed when this returns; raises what `record_events` raises, or NotDone."""
    for _ in range(TRIES):
        answer = await _together.here().bring(Brought(room, events))
        if isinstance(answer, EventsRecorded):
            return answer
        if answer is Left.UNUSUAL:
            break
    return await in_database(recording.record_events, room=room, events=events)


def _commit(batches: Sequence[Brought]) -> Sequence[Answer]:
    answers = commit_together(batches=batches)
    if any(isinstance(answer, EventsRecorded) and answer.new for answer in answers):
        import_string(settings.EVENT_FOLDER)()
    return answers


_together: PerLoop[Brought, Answer] = PerLoop(
    lambda: Gatherer(_commit, wait_s=settings.EVENTS_WAIT_MS / 1000, most=settings.EVENTS_AT_ONCE)
)
