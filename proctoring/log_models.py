"""The log of a sitting, and what following its pictures remembers between them."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from accounts.models import Institution
from accounts.tenancy import TenantModel, current_institution_id
from exams.models import Session


class EverySecond(TenantModel):
    """Rows that every candidate's every second writes: whoever looks for them names the session.

    So the institution has no index, which each of them would have to enter.
    """

    institution = models.ForeignKey(
        Institution,
        on_delete=models.CASCADE,
        related_name="+",
        default=current_institution_id,
        editable=False,
        db_index=False,
    )

    class Meta:
        abstract = True


class Observation(EverySecond):
    """One record of the risk log. Personal data: measurements of behaviour; deleted by retention."""

    # The constraint begins with it, and is its index.
    session = models.ForeignKey(
        Session, on_delete=models.CASCADE, related_name="observations", db_index=False
    )
    stream = models.CharField(max_length=16)
    seq = models.PositiveBigIntegerField()
    t_ms = models.PositiveBigIntegerField()
    record = models.JSONField()
    is_late = models.BooleanField(default=False)
    is_released = models.BooleanField(default=False)
    score_milli = models.BigIntegerField(null=True)
    received_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "stream", "seq"], name="observation_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["session", "stream", "t_ms"], name="observation_by_time"),
            models.Index(
                fields=["session", "t_ms"], name="observation_waiting", condition=models.Q(is_released=False)
            ),
        ]


class SignalState(TenantModel):
    """What following a session's pictures remembers. Personal data: movements; deleted at the end."""

    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="signal_state")
    track = models.JSONField(default=dict)


class PictureSignature(EverySecond):
    """Light of 16x12 cells. Personal data: nobody can be seen in them; deleted after 20 minutes."""

    session = models.ForeignKey(
        Session, on_delete=models.CASCADE, related_name="picture_signatures", db_index=False
    )
    seq = models.PositiveBigIntegerField()
    t_ms = models.PositiveBigIntegerField()
    luma = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "seq"], name="signature_once")]
