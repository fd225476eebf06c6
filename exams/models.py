"""Exams, the candidates who sit them, their sessions, links and consents."""

import copy
import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.tenancy import TenantModel
from analysis.risk.areas import with_parts
from exams.hold_models import HoldScope as HoldScope
from exams.hold_models import LegalHold as LegalHold
from exams.notice_models import AcceptedNotice as AcceptedNotice
from exams.states import ENDED, SessionState

AREA_OF_SWITCH = {
    "watch_webcam": "camera",
    "watch_audio": "speech",
    "watch_identity": "identity",
    "watch_objects": "objects",
    "watch_gaze": "gaze",
    "watch_screen": "screen",
    "require_full_screen": "full_screen",
}


class Sensitivity(models.TextChoices):
    """How much evidence a rule waits for, where the policy gathers any."""

    LOW = "low", gettext_lazy("Low")
    NORMAL = "normal", gettext_lazy("Normal")
    HIGH = "high", gettext_lazy("High")


class RecordingMode(models.TextChoices):
    """What is kept of the video: nothing, the pieces around flagged moments, or everything."""

    NONE = "none", gettext_lazy("Nothing")
    FLAGGED = "flagged", gettext_lazy("Flagged moments")
    FULL = "full", gettext_lazy("The whole exam")


class Exam(TenantModel):
    """One exam. Personal data: who created it; kept until the institution deletes it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(max_length=200)
    duration_minutes = models.PositiveIntegerField(validators=[MinValueValidator(1), MaxValueValidator(1440)])
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    instructions = models.TextField(blank=True, max_length=20000)
    content_url = models.URLField(blank=True, max_length=1000)
    allowed_tabs = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    require_full_screen = models.BooleanField(default=False)
    watch_webcam = models.BooleanField(default=True)
    watch_audio = models.BooleanField(default=False)
    watch_identity = models.BooleanField(default=False)
    watch_objects = models.BooleanField(default=False)
    watch_gaze = models.BooleanField(default=False)
    watch_screen = models.BooleanField(default=False)
    ask_id_card = models.BooleanField(default=False)
    keep_id_card = models.BooleanField(default=False)
    recording = models.CharField(max_length=8, choices=RecordingMode.choices, default=RecordingMode.NONE)
    risk_policy = models.CharField(max_length=80, default="default")
    sensitivity = models.CharField(max_length=8, choices=Sensitivity.choices, default="normal")
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-created_at"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(duration_minutes__gte=1), name="exam_lasts_a_minute"),
            models.CheckConstraint(
                condition=models.Q(closes_at__isnull=True)
                | models.Q(opens_at__isnull=True)
                | models.Q(closes_at__gt=models.F("opens_at")),
                name="exam_closes_after_it_opens",
                violation_error_message="The exam must close after it opens.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def wants_id_card(self) -> bool:
        """Without the comparison of faces there is nothing to compare a card with."""
        return self.watch_webcam and self.watch_identity and self.ask_id_card

    @property
    def recorded_sources(self) -> tuple[str, ...]:
        """Whose video is recorded: what is not watched is not recorded either."""
        watched = {"webcam": self.watch_webcam, "screen": self.watch_screen}
        is_recorded = self.recording != RecordingMode.NONE
        return tuple(source for source, is_watched in watched.items() if is_recorded and is_watched)

    def without(self, areas: frozenset[str]) -> "Exam":
        """The exam with the switches of these areas turned off: to be read, never to be saved."""
        if not areas:
            return self
        gone, seen = with_parts(areas), copy.copy(self)
        for switch, area in AREA_OF_SWITCH.items():
            if area in gone:
                setattr(seen, switch, False)
        return seen

    def is_open(self, now: datetime) -> bool:
        return not (self.opens_at and now < self.opens_at) and not (self.closes_at and now >= self.closes_at)


class RiskPolicy(TenantModel):
    """An institution's own risk policy. Personal data: who wrote it; kept until the institution deletes it.

    `base` is the name of the policy that it was made from, where its rules that are switched off still are.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=80)
    base = models.CharField(max_length=80)
    document = models.JSONField()
    sha256 = models.CharField(max_length=64)
    author = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["institution", "name"], name="risk_policy_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Candidate(TenantModel):
    """A person who sits exams.

    Personal data: name, email, external id; deleted by retention or on request.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    external_id = models.CharField(max_length=100)
    name = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["name", "external_id"]
        constraints = [
            models.UniqueConstraint(fields=["institution", "external_id"], name="candidate_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Allowance(TenantModel):
    """What a candidate is allowed in one exam, or in all of them: more time, breaks, areas unwatched.

    Personal data: the reason, which may tell of a person's health, for those alone who may edit exams;
    deleted with the candidate.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="allowances")
    exam = models.ForeignKey(Exam, null=True, on_delete=models.CASCADE, related_name="allowances")
    extra_minutes = models.PositiveSmallIntegerField(default=0)
    extra_percent = models.PositiveSmallIntegerField(default=0)
    break_count = models.PositiveSmallIntegerField(default=0)
    break_minutes = models.PositiveSmallIntegerField(default=0)
    switched_off = models.JSONField(default=list)
    patience = models.JSONField(default=dict)
    reason = models.TextField(max_length=2000)
    until = models.DateTimeField(null=True)
    granted_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    ended_at = models.DateTimeField(null=True)
    batch = models.UUIDField(null=True)
    replaces = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-created_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["candidate", "exam"],
                condition=models.Q(ended_at__isnull=True, exam__isnull=False),
                name="one_live_allowance_per_exam",
            ),
            models.UniqueConstraint(
                fields=["candidate"],
                condition=models.Q(ended_at__isnull=True, exam__isnull=True),
                name="one_live_allowance_for_all_exams",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["batch"], name="allowances_of_a_batch")]


class Session(TenantModel):
    """One candidate's sitting of one exam; `adjustments` is what an allowance changed for it, never why.

    Personal data: the device description, the adjustments; deleted with the candidate.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="sessions")
    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="sessions")
    state = models.CharField(max_length=16, choices=SessionState.choices, default=SessionState.INVITED)
    started_at = models.DateTimeField(null=True)
    deadline_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.TextField(blank=True)
    device_info = models.JSONField(default=dict)
    device_key = models.CharField(max_length=64, blank=True)
    without_baseline = models.BooleanField(default=False)
    paused_at = models.DateTimeField(null=True)
    paused_ms = models.PositiveBigIntegerField(default=0)
    adjustments = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["candidate__name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["exam", "candidate"], name="one_session_per_candidate_and_exam"),
        ]

    @property
    def watched(self) -> Exam:
        """What the exam says for this sitting, without what is left out for the person; never to be saved."""
        return self.exam.without(frozenset(self.adjustments.get("off", ())))

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED

    def elapsed_ms(self, now: datetime) -> int | None:
        """Integer milliseconds since the session started: the clock of the risk log."""
        if self.started_at is None:
            return None
        return (now - self.started_at) // timedelta(milliseconds=1)

    def remaining_ms(self, now: datetime) -> int | None:
        if self.deadline_at is None:
            return None
        return max(0, (self.deadline_at - (self.paused_at or now)) // timedelta(milliseconds=1))

    def paused_until_ms(self, now: datetime) -> int:
        """How long the session has been paused in all."""
        pausing = max(now - self.paused_at, timedelta()) if self.paused_at else timedelta()
        return self.paused_ms + pausing // timedelta(milliseconds=1)


class Invitation(TenantModel):
    """A candidate's link. Personal data: none, only the token's SHA-256; deleted with the session."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="invitations")
    token_sha256 = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    consumed_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["session"],
                condition=models.Q(revoked_at__isnull=True),
                name="one_live_link_per_session",
            ),
        ]


class Consent(TenantModel):
    """What the candidate agreed to, which words were shown, and how many days each class was to be kept.

    Personal data: the act itself; kept with the session and deleted with it. `lawful_basis` is empty where
    the institution has named none.
    """

    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="consent")
    notice_version = models.CharField(max_length=40)
    notice_sha256 = models.CharField(max_length=64)
    lawful_basis = models.CharField(max_length=40, blank=True, default="")
    promised = models.JSONField(default=dict)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
