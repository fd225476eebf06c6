"""The very words that candidates agreed to."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from accounts.tenancy import TenantModel


class AcceptedNotice(TenantModel):
    """One wording that somebody has agreed to, kept by its hash so that it can be shown later.

    Personal data: none; deleted with the institution. `language` is the one in which it was shown.
    """

    sha256 = models.CharField(max_length=64)
    version = models.CharField(max_length=40)
    language = models.CharField(max_length=16)
    watched = models.JSONField()
    paragraphs = models.JSONField()
    first_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "sha256"], name="accepted_notice_once"),
        ]
