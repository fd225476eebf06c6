"""What those who watch do to sittings, told to each other; a reload reads it from the audit log."""

import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import ApiKey, AuditEntry, User
from exams.models import Exam, Session
from proctoring import live

SHOWN_FOR = timedelta(hours=1)
SHOWN = 20
# Looked through at most, newest first: a busy institution writes much else.
LOOKED_THROUGH = 2000
ACTIONS = (
    "session.paused",
    "session.resumed",
    "session.time_given",
    "session.warned",
    "session.screen_excused",
    "session.screen_excused",
    "session.note",
    "session.message_sent",
    "session.help_answered",
    "session.submitted",
    "session.terminated",
)


@dataclass(frozen=True, slots=True)
class Act:
    """`minutes` only where time was given; `actor` is a name."""

    at: str
    action: str
    actor: str
    session: str
    candidate: str
    minutes: int | None = None


def acted(*, session: Session, action: str, actor: str, minutes: int | None = None) -> None:
    """Tell everybody who watches; what a candidate or the clock does is told by the state alone."""
    names = _names_of([actor])
    if actor in names:
        act = Act(
            timezone.now().isoformat(),
            action,
            names[actor],
            str(session.id),
            session.candidate.name,
            minutes,
        )
        live.tell_console(exam_id=session.exam_id, session_id=session.id, kind="act", act=asdict(act))


def recent_acts(exam: Exam, now: datetime) -> list[Act]:
    """Newest first."""
    candidates = {
        f"session:{session_id}": name
        for session_id, name in Session.objects.filter(exam=exam).values_list("id", "candidate__name")
    }
    since = AuditEntry.objects.filter(at__gte=now - SHOWN_FOR).order_by("-number")[:LOOKED_THROUGH]
    entries = [entry for entry in since if entry.action in ACTIONS and entry.subject in candidates]
    names = _names_of(entry.actor for entry in entries)
    return [
        _act(entry, names[entry.actor], candidates[entry.subject])
        for entry in entries
        if entry.actor in names
    ][:SHOWN]


def acts_json(acts: Iterable[Act]) -> list[dict[str, Any]]:
    return [asdict(act) for act in acts]


def _act(entry: AuditEntry, actor: str, candidate: str) -> Act:
    minutes = entry.detail.get("minutes")
    return Act(
        entry.at.isoformat(),
        entry.action,
        actor,
        entry.subject.partition(":")[2],
        candidate,
        minutes if isinstance(minutes, int) else None,
    )


def _names_of(actors: Iterable[str]) -> dict[str, str]:
    """People and programs by name; candidates and the clock have none here."""
    parts = [actor.partition(":") for actor in set(actors)]
    people = [uuid.UUID(rest) for kind, _, rest in parts if kind == "user"]
    prefixes = [rest for kind, _, rest in parts if kind == "api_key"]
    users = {f"user:{user.id}": str(user) for user in User.objects.filter(id__in=people)} if people else {}
    keys = ApiKey.objects.filter(prefix__in=prefixes) if prefixes else []
    return {**users, **{key.actor: key.name for key in keys}}
