"""What retention deleted, run by run, so that it can be proved."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone

from accounts.tenancy import TenantModel


class PurgeRun(TenantModel):
    """One night's deleting in one institution. Personal data: none, only counts; kept with the audit log.

    `proof_sha256` is of everything that was deleted; the audit log holds the same. `overdue_count`
    tells what is older than the terms allow, though nobody holds it: it should be nought.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    finished_at = models.DateTimeField(null=True)
    planned_count = models.PositiveIntegerField(default=0)
    deleted_count = models.PositiveIntegerField(default=0)
    failed_count = models.PositiveIntegerField(default=0)
    held_count = models.PositiveIntegerField(default=0)
    stray_count = models.PositiveIntegerField(default=0)
    overdue_count = models.PositiveIntegerField(default=0)
    size_bytes = models.PositiveBigIntegerField(default=0)
    proof_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at", "id"]

    @property
    def is_finished(self) -> bool:
        return self.finished_at is not None

    @property
    def is_clean(self) -> bool:
        return self.is_finished and not self.failed_count and not self.overdue_count


class PurgedThing(TenantModel):
    """One thing that a run deleted, or could not. Personal data: none, ids and hashes; deleted with its run.

    `is_gone` says that it was looked for afterwards and not found.
    """

    run = models.ForeignKey(PurgeRun, on_delete=models.CASCADE, related_name="things")
    data_class = models.CharField(max_length=16)
    kind = models.CharField(max_length=40)
    session_id = models.UUIDField(null=True)
    thing_id = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64, blank=True)
    size_bytes = models.PositiveBigIntegerField(default=0)
    count = models.PositiveIntegerField(default=1)
    is_gone = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        indexes: ClassVar = [models.Index(fields=["run", "session_id"], name="purged_of_a_run")]
