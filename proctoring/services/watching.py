"""Who has a wall or a session's page open, and whom they look at: told to each other, kept as rows."""

import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from exams.models import Session
from proctoring import live
from proctoring.models import SEEN_WITHIN, Watching
from proctoring.watchers import watchers_json, watchers_of

# A page that is gone without a word is kept a little: its browser may only be slow to say so.
FORGOTTEN_AFTER: timedelta = 2 * SEEN_WITHIN


@transaction.atomic
def begin_watching(
    *, person_id: uuid.UUID, exam_id: uuid.UUID, session_id: uuid.UUID | None, channel: str
) -> Watching:
    Watching.objects.filter(exam_id=exam_id, seen_at__lt=timezone.now() - FORGOTTEN_AFTER).delete()
    begun = Watching.objects.create(
        person_id=person_id, exam_id=exam_id, session_id=session_id, channel=channel
    )
    _tell_after_commit(exam_id)
    return begun


@transaction.atomic
def look_at(*, channel: str, session_id: uuid.UUID | None) -> None:
    """The wall's panel shows this session now, or none; one of another exam is nobody's."""
    watching = Watching.objects.select_for_update().filter(channel=channel).first()
    if watching is None or watching.session_id == session_id:
        return
    if session_id and not Session.objects.filter(id=session_id, exam_id=watching.exam_id).exists():
        return
    before = watching.session_id
    watching.session_id = session_id
    watching.save(update_fields=["session_id"])
    _tell_after_commit(watching.exam_id, before)


@transaction.atomic
def stop_watching(*, channel: str) -> None:
    watching = Watching.objects.filter(channel=channel).first()
    if watching is not None:
        exam_id, session_id = watching.exam_id, watching.session_id
        watching.delete()
        _tell_after_commit(exam_id, session_id)


def note_watching(*, channel: str, now: datetime | None = None) -> None:
    """The page still answers."""
    mine: QuerySet[Watching] = Watching.objects.filter(channel=channel)
    mine.update(seen_at=now or timezone.now())


def _tell_after_commit(exam_id: uuid.UUID, also: uuid.UUID | None = None) -> None:
    transaction.on_commit(lambda: _tell(exam_id, also), robust=True)


def _tell(exam_id: uuid.UUID, also: uuid.UUID | None) -> None:
    """The wall hears of everybody, a session's page of those who look at it."""
    watchers = watchers_of(exam_id, timezone.now())
    live.tell_wall(exam_id=exam_id, kind="watchers", watchers=watchers_json(watchers))
    looked_at = {watcher.session_id for watcher in watchers} | {also}
    for session_id in looked_at - {None}:
        assert session_id is not None
        there = [watcher for watcher in watchers if watcher.session_id == session_id]
        live.tell_page(session_id=session_id, kind="watchers", watchers=watchers_json(there))
