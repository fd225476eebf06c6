"""The outbox, where it is sent, and every try: rows written with the change itself."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.tenancy import TenantModel
from webhooks import event_types


class Event(TenantModel):
    """Something subscribers may want to know.

    Personal data: none, ids and links only; deleted after the institution's own period.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    type = models.CharField(max_length=80)
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        indexes = [models.Index(fields=["institution", "created_at"], name="event_by_age")]

    @property
    def is_test(self) -> bool:
        return self.type == event_types.TEST

    @property
    def message_id(self) -> str:
        """The `webhook-id`: the same at every try and every resending, so that receivers can tell."""
        return f"evt_{self.id.hex}"


class WhyOff(models.TextChoices):
    NOT_OFF = "", gettext_lazy("On")
    PERSON = "person", gettext_lazy("Switched off by a person")
    GONE = "gone", gettext_lazy("Switched off: the receiver answered 410, so it wants no more messages")
    FAILING = "failing", gettext_lazy("Switched off: nothing was taken for three days")


class Endpoint(TenantModel):
    """Where an institution wants to be told what happens. Personal data: none; kept until it is deleted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    url = models.CharField(max_length=2100)
    description = models.CharField(max_length=200, blank=True)
    events = models.JSONField(default=list)
    secret_key_id = models.CharField(max_length=16)
    secret_sealed = models.BinaryField()
    previous_key_id = models.CharField(max_length=16, blank=True)
    previous_sealed = models.BinaryField(null=True)
    previous_until = models.DateTimeField(null=True)
    is_enabled = models.BooleanField(default=True)
    why_off = models.CharField(max_length=16, choices=WhyOff.choices, blank=True, default=WhyOff.NOT_OFF)
    # Failures since the last message that was taken, and when the first of them was.
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["created_at", "id"]


class DeliveryState(models.TextChoices):
    WAITING = "waiting", gettext_lazy("Waiting")
    DELIVERED = "delivered", gettext_lazy("Delivered")
    FAILED = "failed", gettext_lazy("Given up")
    STOPPED = "stopped", gettext_lazy("Stopped")


class Delivery(TenantModel):
    """One event on its way to one endpoint. Personal data: none; deleted with its event."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="deliveries")
    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deliveries")
    state = models.CharField(max_length=16, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    tries_made = models.PositiveIntegerField(default=0)
    # How often this round of the schedule was tried; sending again begins a new round.
    round_tries = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["event", "endpoint"], name="delivery_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["endpoint", "-created_at"], name="delivery_log"),
        ]

    @property
    def last_try(self) -> "Try | None":
        return max(self.tries.all(), key=lambda made: made.number, default=None)


class Try(TenantModel):
    """What came of sending once. Personal data: what the receiver answered; deleted with its delivery."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="tries")
    number = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)
    http_status = models.PositiveSmallIntegerField(null=True)
    answer = models.TextField(blank=True)
    error = models.CharField(max_length=32, blank=True)
    words = models.CharField(max_length=300)
    duration_ms = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar[list[str]] = ["number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["delivery", "number"], name="try_once"),
        ]
