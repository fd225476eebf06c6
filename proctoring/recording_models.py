"""Video of a sitting: the pieces as they came, and the one file a source that is played."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.tenancy import TenantModel
from exams.models import Session


class Source(models.TextChoices):
    """What is filmed."""

    WEBCAM = "webcam", gettext_lazy("Camera")
    SCREEN = "screen", gettext_lazy("Screen")


class Piece(TenantModel):
    """Some seconds of video as the browser recorded them, playable alone; numbered a source.

    Personal data: a face, a room, perhaps a voice or a screen; deleted with the session. `t_ms` and
    `duration_ms` count on the session's clock.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="pieces")
    source = models.CharField(max_length=8, choices=Source.choices)
    seq = models.PositiveIntegerField()
    t_ms = models.PositiveBigIntegerField()
    duration_ms = models.PositiveIntegerField()
    size_bytes = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    content_type = models.CharField(max_length=16)
    storage_key = models.CharField(max_length=300)
    received_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["t_ms", "seq"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["session", "source", "seq"], name="piece_once"),
        ]

    @property
    def end_ms(self) -> int:
        return self.t_ms + self.duration_ms


class Recording(TenantModel):
    """The pieces of one source, joined into one file that can be played and searched.

    Personal data: as above of its pieces; deleted with the session. `spans` tells which moments of the
    session lie where in the file: [start_ms, end_ms, file_ms] a run. `problems` counts by kind the pieces
    that are not in the file; `joined_digest` names the pieces that it was made of.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="recordings")
    source = models.CharField(max_length=8, choices=Source.choices)
    storage_key = models.CharField(max_length=300, blank=True)
    content_type = models.CharField(max_length=16, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size_bytes = models.PositiveBigIntegerField(default=0)
    duration_ms = models.PositiveBigIntegerField(default=0)
    spans = models.JSONField(default=list)
    problems = models.JSONField(default=dict)
    joined_digest = models.CharField(max_length=64, blank=True)
    joined_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["source"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["session", "source"], name="recording_once"),
        ]
