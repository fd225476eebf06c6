"""Messages as pages, sockets and programs are told them, and what waits on the wall for an answer."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q
from django.utils.translation import gettext as _

from exams.models import Session
from proctoring.models import Message, MessageKind, MessageSide

SENT_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Waiting:
    """Of one session: how many of the candidate's lines nobody has read; since when a person is asked for."""

    unread: int = 0
    help_since: datetime | None = None


def messages_of(session: Session, *, after: int = 0) -> list[Message]:
    """The newest ones behind that number, in order."""
    found = Message.objects.filter(session=session, number__gt=after).select_related("author")
    newest = list(found.order_by("-number")[:SENT_AT_ONCE])[::-1]
    for message in newest:
        # Who wrote is asked of each: the session is at hand.
        message.session = session
    return newest


def waiting_of(session_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Waiting]:
    rows = (
        Message.objects.filter(session_id__in=list(session_ids), side=MessageSide.CANDIDATE)
        .filter(Q(read_at=None) | Q(kind=MessageKind.HELP, answered_at=None))
        .order_by()
        .values_list("session_id")
        .annotate(
            unread=Count("id", filter=Q(read_at=None)),
            help_since=Min("sent_at", filter=Q(kind=MessageKind.HELP, answered_at=None)),
        )
    )
    return {session_id: Waiting(unread, help_since) for session_id, unread, help_since in rows}


def message_json(message: Message, *, to_candidate: bool) -> dict[str, Any]:
    """A candidate is not told which of the proctors wrote."""
    return {
        "number": message.number,
        "client_id": str(message.client_id),
        "side": message.side,
        "kind": message.kind,
        "text": message.text,
        "sent_at": message.sent_at.isoformat(),
        "read_at": message.read_at.isoformat() if message.read_at else None,
        "answered_at": message.answered_at.isoformat() if message.answered_at else None,
        **({} if to_candidate else {"author": author_words(message)}),
    }


def author_words(message: Message) -> str:
    if message.side == MessageSide.CANDIDATE:
        return message.session.candidate.name
    return str(message.author) if message.author else _("A program, or somebody who has left")


def waiting_json(waiting: Waiting) -> dict[str, Any]:
    return {
        "unread": waiting.unread,
        "help_since": waiting.help_since.isoformat() if waiting.help_since else None,
    }
