"""How far the events of a candidate's browser have come, in one short row beside the log."""

from typing import ClassVar

from django.db import models

from accounts.tenancy import TenantModel
from exams.models import Session


class EventTally(TenantModel):
    """What the log of a session holds of its browser's events, so that nobody has to count them again.

    Personal data: none, only counts; deleted with the session. Every event up to `contiguous_seq` is stored.
    `fold_due_at` is set while events are stored that nobody has folded.
    """

    session = models.OneToOneField(
        Session, on_delete=models.CASCADE, primary_key=True, related_name="event_tally"
    )
    newest_seq = models.PositiveBigIntegerField(default=0)
    contiguous_seq = models.PositiveBigIntegerField(default=0)
    stored = models.PositiveIntegerField(default=0)
    fold_due_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["fold_due_at"],
                name="event_fold_due",
                condition=models.Q(fold_due_at__isnull=False),
            ),
        ]
