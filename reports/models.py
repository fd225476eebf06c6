"""Reports of ended sessions, one row a version."""

import uuid

from django.db import models
from django.utils import timezone

from accounts.tenancy import TenantModel
from exams.models import Session


class ReportState(models.TextChoices):
    QUEUED = "queued", "Being made"
    READY = "ready", "Ready"
    FAILED = "failed", "Failed"


class Report(TenantModel):
    """PDF, CSV and JSON of a session. Personal data: all that it holds; kept for the report period."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="reports")
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=16, choices=ReportState.choices, default=ReportState.QUEUED)
    policy_sha256 = models.CharField(max_length=64, blank=True)
    log_root = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    pdf_key = models.CharField(max_length=300, blank=True)
    csv_key = models.CharField(max_length=300, blank=True)
    json_key = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["session", "version"], name="report_version_once"),
        ]
