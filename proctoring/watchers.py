"""Who watches an exam now, and whether somebody is there who can answer."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import Membership
from accounts.roles import Action, Role, may
from proctoring.models import SEEN_WITHIN, Watching


@dataclass(frozen=True, slots=True)
class Watcher:
    """`session_id`: whom they look at; None on the wall as a whole."""

    person_id: uuid.UUID
    name: str
    session_id: uuid.UUID | None


def watchers_of(exam_id: uuid.UUID, now: datetime) -> list[Watcher]:
    """Each person once for each session they look at, or once for the wall alone; by name."""
    rows = _fresh(exam_id, now).select_related("person")
    found = {Watcher(row.person_id, str(row.person), row.session_id) for row in rows}
    looking = {watcher.person_id for watcher in found if watcher.session_id}
    kept = [watcher for watcher in found if watcher.session_id or watcher.person_id not in looking]
    return sorted(kept, key=lambda watcher: (watcher.name, str(watcher.person_id), str(watcher.session_id)))


def is_attended(exam_id: uuid.UUID, now: datetime) -> bool:
    """Whether somebody has a page open who may write to candidates."""
    roles = [role for role in Role if may(role, Action.INTERVENE)]
    people = _fresh(exam_id, now).values("person_id")
    return Membership.objects.filter(user_id__in=people, role__in=roles).exists()


def watchers_json(watchers: Iterable[Watcher]) -> list[dict[str, Any]]:
    return [
        {
            "person": str(watcher.person_id),
            "name": watcher.name,
            "session": str(watcher.session_id) if watcher.session_id else None,
        }
        for watcher in watchers
    ]


def _fresh(exam_id: uuid.UUID, now: datetime) -> QuerySet[Watching]:
    return Watching.objects.filter(exam_id=exam_id, seen_at__gt=now - SEEN_WITHIN)
