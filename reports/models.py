"""Reports of ended sessions, one row a version, and archives of an exam's reports."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.tenancy import TenantModel
from exams.models import Exam, Session
from jobs.models import Job, JobState


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
    # Final when every flag is reviewed and a person has decided; until then it says so on every page.
    is_final = models.BooleanField(default=False)
    unreviewed_flags = models.PositiveIntegerField(default=0)
    # The end of the audit log as the files print it; 0 where they print none.
    audit_number = models.PositiveBigIntegerField(default=0)
    audit_sha256 = models.CharField(max_length=64, blank=True)
    audit_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["session", "version"], name="report_version_once"),
        ]


class ExportState(models.TextChoices):
    WAITING = "waiting", gettext_lazy("Waiting")
    RUNNING = "running", gettext_lazy("Being made")
    READY = "ready", gettext_lazy("Ready")
    FAILED = "failed", gettext_lazy("Could not be made")
    CANCELLED = "cancelled", gettext_lazy("Cancelled")
    DELETED = "deleted", gettext_lazy("Deleted")


class Export(TenantModel):
    """The newest reports of an exam in one ZIP, made by a job.

    Personal data: all that the reports hold; the file is deleted after seven days, the row 30 days later.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="exports")
    asked_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    storage_key = models.CharField(max_length=300, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size_bytes = models.PositiveBigIntegerField(default=0)
    report_count = models.PositiveIntegerField(default=0)
    missing_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    ready_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "id"]

    @property
    def state(self) -> ExportState:
        if self.cancelled_at:
            return ExportState.CANCELLED
        if self.deleted_at:
            return ExportState.DELETED
        if self.ready_at:
            return ExportState.READY
        if self.job is None or self.job.state in (JobState.QUARANTINED, JobState.DONE):
            return ExportState.FAILED
        return ExportState.RUNNING if self.job.state == JobState.RUNNING else ExportState.WAITING

    @property
    def is_under_way(self) -> bool:
        return self.state in (ExportState.WAITING, ExportState.RUNNING)

    @property
    def progress(self) -> float:
        """The share that is done, 0 to 1."""
        return self.job.progress if self.job else 0.0
