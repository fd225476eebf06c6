"""`publish` and `publish_all` make events: rows in the transaction that caused them, in no other way."""

from typing import Any

from webhooks.event_types import TYPES
from webhooks.models import Event


class UnknownType(Exception):
    """An event type that the catalogue does not list."""


def publish(event_type: str, **data: Any) -> Event:
    return publish_all(event_type, [data])[0]


def publish_all(event_type: str, data: list[dict[str, Any]]) -> list[Event]:
    """One event of the same type for each of `data`."""
    if event_type not in TYPES:
        raise UnknownType(event_type)
    return Event.objects.bulk_create(Event(type=event_type, data=one) for one in data)
