"""What an institution says about personal data: on which ground, whom to ask, how long it keeps what."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.tenancy import TenantModel


class LawfulBasis(models.TextChoices):
    """On which ground an institution watches an exam; the institution says so, nobody else can."""

    PUBLIC_TASK = "public_task", gettext_lazy("A task in the public interest")
    CONTRACT = "contract", gettext_lazy("A contract with the candidate")
    CONSENT = "consent", gettext_lazy("The candidate’s free consent")
    LEGITIMATE_INTEREST = "legitimate_interest", gettext_lazy("A legitimate interest")


class PrivacyTerms(TenantModel):
    """An institution's terms; where it has no row, the defaults hold, and no ground is claimed.

    Personal data: the address of whoever answers for privacy; kept with the institution.
    """

    lawful_basis = models.CharField(max_length=24, choices=LawfulBasis.choices, blank=True, default="")
    contact = models.CharField(max_length=200, blank=True, default="")
    evidence_days = models.PositiveIntegerField(default=30)
    after_decision_days = models.PositiveIntegerField(default=30)
    id_card_days = models.PositiveIntegerField(default=7)
    chat_days = models.PositiveIntegerField(default=30)
    report_days = models.PositiveIntegerField(default=365)
    log_days = models.PositiveIntegerField(default=400)
    identity_days = models.PositiveIntegerField(default=400)
    webhooks_days = models.PositiveIntegerField(default=30)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution"], name="terms_once"),
        ]
