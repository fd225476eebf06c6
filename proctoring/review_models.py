"""What people decided: a verdict on a flag with those before it, and the review of a whole sitting."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.tenancy import TenantModel
from exams.models import Session


class Decision(models.TextChoices):
    CONFIRMED = "confirmed", gettext_lazy("Confirmed")
    DISMISSED = "dismissed", gettext_lazy("Dismissed")
    TECHNICAL = "technical", gettext_lazy("Technical trouble")


class Verdict(TenantModel):
    """A person's decision on a flag, with the reason. Personal data: who decided; kept with the report."""

    flag = models.OneToOneField("proctoring.Flag", on_delete=models.CASCADE, related_name="verdict")
    decision = models.CharField(max_length=16, choices=Decision.choices)
    reason = models.TextField(max_length=2000)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now, editable=False)


class PastVerdict(TenantModel):
    """A verdict that was changed or taken back. Personal data: who decided; kept with the report."""

    flag = models.ForeignKey("proctoring.Flag", on_delete=models.CASCADE, related_name="past_verdicts")
    decision = models.CharField(max_length=16, choices=Decision.choices)
    reason = models.TextField(max_length=2000)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField()
    replaced_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    replaced_at = models.DateTimeField(default=timezone.now, editable=False)
    was_taken_back = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["-replaced_at", "-id"]


class ReviewState(models.TextChoices):
    UNREVIEWED = "unreviewed", gettext_lazy("Not reviewed")
    IN_REVIEW = "in_review", gettext_lazy("In review")
    DECIDED = "decided", gettext_lazy("Decided")


class Outcome(models.TextChoices):
    """What a person recommends; none of them fails anybody."""

    PASS = "PASS", gettext_lazy("No objection")
    PASS_WITH_REVIEW = "PASS_WITH_REVIEW", gettext_lazy("No objection, with remarks")
    REVIEW_REQUIRED = "REVIEW_REQUIRED", gettext_lazy("The institution should look into it")


class Review(TenantModel):
    """How far the review of a sitting is, who has it now, and what a person decided.

    A sitting without a row is not reviewed.
    Personal data: who reviewed and decided, and why; kept with the report.
    """

    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="review")
    state = models.CharField(max_length=16, choices=ReviewState.choices, default=ReviewState.UNREVIEWED)
    reviewer = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    taken_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, choices=Outcome.choices, blank=True)
    reason = models.TextField(max_length=2000, blank=True)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
