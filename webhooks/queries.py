"""Reads of endpoints and their delivery log."""

from dataclasses import dataclass

from django.db.models import Count, Prefetch, Q, QuerySet

from webhooks.event_types import TEST
from webhooks.models import Delivery, DeliveryState, Endpoint, Try, WhyOff

# Told to the owners long before the endpoint is switched off.
WORRYING_FAILURES = 10


@dataclass(frozen=True, slots=True)
class Trouble:
    """How many endpoints their owners should look at."""

    switched_off: int
    failing: int

    @property
    def count(self) -> int:
        return self.switched_off + self.failing


def endpoints_with_counts() -> QuerySet[Endpoint]:
    """Endpoints, oldest first, each with `waiting_count`, `delivered_count`, `missed_count`."""
    return Endpoint.objects.annotate(
        waiting_count=Count("deliveries", filter=Q(deliveries__state=DeliveryState.WAITING)),
        delivered_count=Count("deliveries", filter=Q(deliveries__state=DeliveryState.DELIVERED)),
        missed_count=Count(
            "deliveries", filter=Q(deliveries__state__in=MISSED) & ~Q(deliveries__event__type=TEST)
        ),
    )


def delivery_log(
    *, endpoint: Endpoint | None = None, state: str = "", event_type: str = ""
) -> QuerySet[Delivery]:
    """Deliveries, newest first, with their event, endpoint and tries loaded."""
    found = Delivery.objects.select_related("event", "endpoint").prefetch_related(
        Prefetch("tries", queryset=Try.objects.order_by("number"))
    )
    if endpoint is not None:
        found = found.filter(endpoint=endpoint)
    if state in DeliveryState.values:
        found = found.filter(state=state)
    if event_type:
        found = found.filter(event__type=event_type)
    return found.order_by("-created_at", "-id")


def trouble() -> Trouble:
    """Endpoints that we switched off, and endpoints that take nothing any more."""
    counts = Endpoint.objects.aggregate(
        switched_off=Count("id", filter=Q(why_off__in=[WhyOff.GONE, WhyOff.FAILING])),
        failing=Count("id", filter=Q(is_enabled=True, failures__gte=WORRYING_FAILURES)),
    )
    return Trouble(**counts)


MISSED = (DeliveryState.FAILED, DeliveryState.STOPPED)
