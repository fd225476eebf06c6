"""The outbox: what happened, as immutable rows written with the change itself."""

import uuid

from django.db import models
from django.utils import timezone

from accounts.tenancy import TenantModel


class Event(TenantModel):
    """Something subscribers may want to know. Personal data: none, ids and links only; kept 30 days."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    type = models.CharField(max_length=80)
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        indexes = [models.Index(fields=["institution", "created_at"], name="event_by_age")]
