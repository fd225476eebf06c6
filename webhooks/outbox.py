"""`publish` is the one way an event comes to be: a row in the transaction that caused it."""

from typing import Any

from webhooks.models import Event

TYPES = frozenset(
    {
        "session.created",
        "session.started",
        "session.submitted",
        "session.expired",
        "session.terminated",
        "flag.raised",
        "flag.closed",
        "flag.reviewed",
        "report.ready",
    }
)


class UnknownType(Exception):
    """An event type that the catalogue does not list."""


def publish(event_type: str, **data: Any) -> Event:
    if event_type not in TYPES:
        raise UnknownType(event_type)
    return Event.objects.create(type=event_type, data=data)
