"""What people asked to be done with their data, what was done, and who must not come back with a backup."""

import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.tenancy import TenantModel
from exams.models import Candidate, Session
from jobs.models import Job, JobState

ANSWERED_WITHIN = timedelta(days=30)


def _due() -> datetime:
    return timezone.now() + ANSWERED_WITHIN


class RequestKind(models.TextChoices):
    ACCESS = "access", gettext_lazy("Access: a copy of everything")
    ERASURE = "erasure", gettext_lazy("Erasure")
    RECTIFY = "rectify", gettext_lazy("Correction")
    OBJECT = "object", gettext_lazy("Objection")
    EXPLAIN = "explain", gettext_lazy("Explanation of a decision")


class RequestState(models.TextChoices):
    OPEN = "open", gettext_lazy("Open")
    RUNNING = "running", gettext_lazy("Being done")
    DONE = "done", gettext_lazy("Done")
    REFUSED = "refused", gettext_lazy("Refused")


class SubjectRequest(TenantModel):
    """What a candidate asked for about their data, with the day by which it must be answered.

    Personal data: that somebody asked, and their words; kept with the institution as proof, the words are
    deleted when an erasure is done. The file of an access request is deleted seven days after it was made, or
    an hour after it was taken. `session` narrows an erasure to one sitting; `subject_id` is what is left of
    whoever was erased.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=16, choices=RequestKind.choices)
    state = models.CharField(max_length=16, choices=RequestState.choices, default=RequestState.OPEN)
    subject_id = models.UUIDField()
    candidate = models.ForeignKey(
        Candidate, null=True, on_delete=models.SET_NULL, related_name="subject_requests"
    )
    session = models.ForeignKey(Session, null=True, on_delete=models.SET_NULL, related_name="+")
    words = models.TextField(max_length=2000, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=_due)
    identity_note = models.CharField(max_length=300, blank=True)
    identity_verified_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    result = models.TextField(max_length=2000, blank=True)
    refused_reason = models.TextField(max_length=2000, blank=True)
    closed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    closed_at = models.DateTimeField(null=True)
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    storage_key = models.CharField(max_length=300, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size_bytes = models.PositiveBigIntegerField(default=0)
    taken_at = models.DateTimeField(null=True)
    file_deleted_at = models.DateTimeField(null=True)
    # What was found before an erasure began: a worker that dies halfway must not shorten the certificate.
    found = models.JSONField(default=dict)
    certificate = models.JSONField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["due_at", "id"]

    @property
    def is_open(self) -> bool:
        return self.state in (RequestState.OPEN, RequestState.RUNNING)

    @property
    def is_late(self) -> bool:
        return self.is_open and self.due_at < timezone.now()

    @property
    def is_failing(self) -> bool:
        """The work was given up, so that somebody must look."""
        return self.state == RequestState.RUNNING and (
            self.job is None or self.job.state == JobState.QUARANTINED
        )

    @property
    def progress(self) -> float:
        """The share that is done, 0 to 1."""
        return self.job.progress if self.job else 0.0

    @property
    def has_file(self) -> bool:
        return bool(self.storage_key) and self.taken_at is None and self.file_deleted_at is None


class Tombstone(TenantModel):
    """Who was erased, so that a restored backup does not bring them back.

    Personal data: none that can be read, keyed hashes and ids; kept with the institution.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject_id = models.UUIDField()
    session_ids = models.JSONField(default=list)
    # Of a whole candidate; where one sitting was erased the person stays.
    external_id_hash = models.CharField(max_length=64, blank=True)
    email_hash = models.CharField(max_length=64, blank=True)
    erased_at = models.DateTimeField()
    certificate_sha256 = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar[list[str]] = ["erased_at", "id"]
