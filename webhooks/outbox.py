"""`publish` and `publish_all` make events: rows in the transaction that caused them, in no other way.

With an event come its deliveries and their jobs, so that nothing has to notice it afterwards.
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from jobs import services as jobs
from jobs.services import Work
from webhooks.event_types import TYPES
from webhooks.models import Delivery, Endpoint, Event

DELIVER = "webhooks.deliver"


class UnknownType(Exception):
    """An event type that the catalogue does not list."""


def publish(event_type: str, **data: Any) -> Event:
    return publish_all(event_type, [data])[0]


def publish_all(event_type: str, data: list[dict[str, Any]]) -> list[Event]:
    """One event of the same type for each of `data`."""
    if event_type not in TYPES:
        raise UnknownType(event_type)
    with transaction.atomic(savepoint=False):
        events = Event.objects.bulk_create(Event(type=event_type, data=one) for one in data)
        subscribed = [endpoint for endpoint in _enabled(events) if event_type in endpoint.events]
        begin([Delivery(event=event, endpoint=endpoint) for event in events for endpoint in subscribed])
    return events


def begin(deliveries: list[Delivery]) -> None:
    """Write deliveries with a job for each, due at once."""
    if deliveries:
        enqueue(Delivery.objects.bulk_create(deliveries))


def enqueue(deliveries: list[Delivery], *, due_at: datetime | None = None) -> None:
    """A job for each delivery, now or later; those of one endpoint share its part of the pool."""
    works = [
        Work({"delivery": str(delivery.id)}, group=str(delivery.endpoint_id), due_at=due_at)
        for delivery in deliveries
    ]
    jobs.enqueue_many(DELIVER, works)


def _enabled(events: list[Event]) -> list[Endpoint]:
    return list(Endpoint.objects.filter(is_enabled=True).only("id", "events")) if events else []
