"""Reports of ended sessions, one row a version."""

import uuid

from django.db import models
from django.utils import timezone

from accounts.tenancy import TenantModel
from exams.models import Session


class Report(TenantModel):
    """PDF, CSV and JSON of a session. Personal data: all that it holds; kept for the report period.

    The row is written when its files are: there are no half-made reports.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="reports")
    version = models.PositiveIntegerField()
    policy_sha256 = models.CharField(max_length=64)
    log_root = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    pdf_key = models.CharField(max_length=300)
    pdf_sha256 = models.CharField(max_length=64)
    csv_key = models.CharField(max_length=300)
    csv_sha256 = models.CharField(max_length=64)
    json_key = models.CharField(max_length=300)
    json_sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["session", "version"], name="report_version_once"),
        ]
