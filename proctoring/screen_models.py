"""Pictures of candidates' screens that stand behind a flag."""

import uuid

from django.db import models
from django.utils import timezone

from accounts.tenancy import TenantModel


class ScreenPicture(TenantModel):
    """The screen at the moment of a flag.

    Personal data: whatever was on the screen; deleted by the institution's evidence retention.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    flag = models.OneToOneField("proctoring.Flag", on_delete=models.CASCADE, related_name="screen")
    storage_key = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64)
    seq = models.PositiveBigIntegerField()
    t_ms = models.PositiveBigIntegerField()
    width_px = models.PositiveIntegerField()
    height_px = models.PositiveIntegerField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)
