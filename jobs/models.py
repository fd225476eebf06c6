"""Work that must not be lost, as rows: written with the change that causes it, done later, retried."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.tenancy import TenantModel


class JobState(models.TextChoices):
    WAITING = "waiting", gettext_lazy("Waiting")
    RUNNING = "running", gettext_lazy("Running")
    DONE = "done", gettext_lazy("Done")
    QUARANTINED = "quarantined", gettext_lazy("Gave up")


class Job(TenantModel):
    """One piece of work. Personal data: none, only ids in the payload; deleted 30 days after it is done."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=80)
    payload = models.JSONField(default=dict)
    # Jobs that wait for the same stranger; together they get only a share of a pool's threads.
    group = models.CharField(max_length=80, blank=True, default="")
    state = models.CharField(max_length=16, choices=JobState.choices, default=JobState.WAITING)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    leased_until = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)
    progress = models.FloatField(default=0.0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["next_attempt_at"],
                name="job_due",
                condition=models.Q(state__in=["waiting", "running"]),
            ),
        ]
