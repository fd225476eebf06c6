"""Endpoints and deliveries, made the way the product makes them."""

from typing import Any

from webhooks import outbox, services
from webhooks.models import Delivery, Endpoint
from webhooks.services import EndpointSettings

SECRET = "whsec_" + "A" * 40
EVENTS = ("session.started", "flag.raised")


def make_endpoint(url: str = "https://lms.example/hook", **changes: Any) -> Endpoint:
    wanted = EndpointSettings(url=url, events=changes.pop("events", EVENTS), **changes)
    return services.create_endpoint(settings=wanted, secret=SECRET, actor=None).endpoint


def make_delivery(endpoint: Endpoint | None = None, **data: str) -> Delivery:
    """An event that the endpoint has subscribed to."""
    endpoint = endpoint or make_endpoint()
    outbox.publish("session.started", **(data or {"session": "1"}))
    return Delivery.objects.filter(endpoint=endpoint).latest("created_at")
