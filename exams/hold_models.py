"""What must not be deleted, because somebody argues about it."""

import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.tenancy import TenantModel

REVIEW_AFTER = timedelta(days=90)


class HoldScope(models.TextChoices):
    INSTITUTION = "institution", gettext_lazy("Everything of the institution")
    EXAM = "exam", gettext_lazy("One exam")
    CANDIDATE = "candidate", gettext_lazy("One candidate")
    SESSION = "session", gettext_lazy("One sitting")


def next_review() -> datetime:
    return timezone.now() + REVIEW_AFTER


class LegalHold(TenantModel):
    """Keeps data from being deleted until two persons have released it; `subject_id` is what it is about.

    Personal data: who placed and released it, and the reason; kept with the audit log, as proof.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scope = models.CharField(max_length=16, choices=HoldScope.choices)
    subject_id = models.UUIDField()
    reason = models.TextField(max_length=2000)
    case_ref = models.CharField(max_length=120, blank=True)
    placed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    review_at = models.DateTimeField(default=next_review)
    release_asked_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    release_asked_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    released_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(released_by=models.F("release_asked_by")), name="hold_released_by_two"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["institution", "scope", "subject_id"],
                name="hold_in_force",
                condition=models.Q(released_at__isnull=True),
            ),
        ]

    @property
    def is_in_force(self) -> bool:
        return self.released_at is None

    @property
    def is_to_be_reviewed(self) -> bool:
        return self.is_in_force and self.review_at <= timezone.now()
