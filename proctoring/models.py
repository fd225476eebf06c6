"""What was seen of a session: the log, the fold's state, flags with evidence, a person's verdict."""

import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.tenancy import TenantModel
from exams.models import Exam, Session
from proctoring.event_models import EventTally as EventTally
from proctoring.log_models import Observation as Observation
from proctoring.log_models import PictureSignature as PictureSignature
from proctoring.log_models import SignalState as SignalState
from proctoring.recording_models import Piece as Piece
from proctoring.recording_models import Recording as Recording
from proctoring.recording_models import Source as Source
from proctoring.review_models import Decision as Decision
from proctoring.review_models import Outcome as Outcome
from proctoring.review_models import PastVerdict as PastVerdict
from proctoring.review_models import Review as Review
from proctoring.review_models import ReviewState as ReviewState
from proctoring.review_models import Verdict as Verdict
from proctoring.screen_models import ScreenPicture as ScreenPicture
from proctoring.sealed_models import SessionKey as SessionKey
from proctoring.sealed_models import WaitingFile as WaitingFile

SEEN_WITHIN = timedelta(seconds=60)


class Baseline(TenantModel):
    """The candidate's own normal. Personal data: measurements of a face; deleted with the session.

    `gaze` tells the eyes' place from the camera's picture, where the exam follows eyes.
    """

    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="baseline")
    measurements = models.JSONField()
    gaze = models.JSONField(null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)


class FaceTemplate(TenantModel):
    """The enrolled face, encrypted. Personal data: biometric; deleted when the session ends."""

    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="face_template")
    key_id = models.CharField(max_length=32)
    sealed = models.BinaryField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)


class FaceOutcome(models.TextChoices):
    PASSED = "passed", gettext_lazy("Passed")
    FAILED = "failed", gettext_lazy("Not passed")
    UNAVAILABLE = "unavailable", gettext_lazy("Not possible")


class FaceCheck(TenantModel):
    """How the check of the face ended, and when its numbers went.

    Personal data: a finding about a person; deleted with the session.
    """

    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="face_check")
    outcome = models.CharField(max_length=16, choices=FaceOutcome.choices)
    reason = models.CharField(max_length=40, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    checked_at = models.DateTimeField(default=timezone.now, editable=False)
    template_deleted_at = models.DateTimeField(null=True)


class CardDecision(models.TextChoices):
    SAME = "same", gettext_lazy("The same person")
    OTHER = "other", gettext_lazy("Another person")
    UNCLEAR = "unclear", gettext_lazy("It cannot be told")


class IdCard(TenantModel):
    """A photographed identity card and one picture of the camera check, encrypted, for a person to compare.

    Personal data: an identity document and a face; the pictures are deleted when somebody has decided, after
    the promised days, or after a day where no exam followed; an exam may keep them with its evidence.
    `verdict` is empty until a program has compared; `problem` says why it could not.
    """

    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="id_card")
    card_key_id = models.CharField(max_length=32, blank=True)
    card_sealed = models.BinaryField(null=True)
    face_key_id = models.CharField(max_length=32, blank=True)
    face_sealed = models.BinaryField(null=True)
    taken_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    verdict = models.CharField(max_length=16, blank=True)
    problem = models.CharField(max_length=16, blank=True)
    score = models.FloatField(null=True)
    decision = models.CharField(max_length=16, choices=CardDecision.choices, blank=True)
    reason = models.TextField(max_length=2000, blank=True)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)


class RiskState(TenantModel):
    """Where one session's fold stands, and its coverage. Personal data: scores; deleted with the session.

    `base_policy` is the exam's, where `policy` was made from it for this person; else None.
    """

    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="risk")
    policy_name = models.CharField(max_length=80)
    policy = models.JSONField()
    policy_sha256 = models.CharField(max_length=64)
    base_policy = models.JSONField(null=True)
    fold = models.JSONField()
    last_t_ms = models.PositiveBigIntegerField(default=0)
    score_milli = models.BigIntegerField(default=0)
    integrity_milli = models.BigIntegerField(default=100_000)
    frames_recorded = models.PositiveIntegerField(default=0)
    frames_refused = models.PositiveIntegerField(default=0)
    frames_unavailable = models.PositiveIntegerField(default=0)
    frames_dropped = models.PositiveIntegerField(default=0)
    covered_seconds = models.PositiveIntegerField(default=0)
    newest_covered_second = models.PositiveBigIntegerField(null=True)
    last_video_seq = models.PositiveBigIntegerField(default=0)
    screens_recorded = models.PositiveIntegerField(default=0)
    screen_covered_ms = models.PositiveBigIntegerField(default=0)
    last_screen_seq = models.PositiveBigIntegerField(default=0)
    last_screen_t_ms = models.PositiveBigIntegerField(null=True)
    online_channels = models.JSONField(default=list)
    last_seen_at = models.DateTimeField(null=True)
    final = models.JSONField(null=True)
    final_digest = models.CharField(max_length=64, blank=True)
    changed_after_late_data = models.BooleanField(default=False)
    alerted_at = models.DateTimeField(null=True)

    def is_online(self, now: datetime) -> bool:
        """A server that was killed never said goodbye; living sockets are heard of every 20 s."""
        recently = self.last_seen_at is not None and now - self.last_seen_at < SEEN_WITHIN
        return bool(self.online_channels) and recently


class Unusualness(TenantModel):
    """How unlike others a finished sitting was, for the order of review alone.

    Personal data: a measurement of behaviour; deleted with the session.
    """

    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="unusualness")
    score = models.FloatField()
    above_share = models.FloatField()
    reasons = models.JSONField(default=list)
    model_sha256 = models.CharField(max_length=64)
    judged_at = models.DateTimeField(default=timezone.now, editable=False)


class Flag(TenantModel):
    """An episode that a rule raised. Personal data: a finding about a person; deleted with the session."""

    id = models.UUIDField(primary_key=True, editable=False)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="flags")
    rule = models.CharField(max_length=80)
    label = models.CharField(max_length=200)
    explain = models.CharField(max_length=500, blank=True)
    severity = models.CharField(max_length=16)
    since_ms = models.PositiveBigIntegerField()
    t_ms = models.PositiveBigIntegerField()
    stream = models.CharField(max_length=16)
    seq = models.PositiveBigIntegerField()
    delta_milli = models.BigIntegerField(default=0)
    score_milli = models.BigIntegerField(default=0)
    confidence = models.FloatField(null=True)
    start_ms = models.PositiveBigIntegerField(null=True)
    end_ms = models.PositiveBigIntegerField(null=True)
    is_open = models.BooleanField(default=True)
    in_final = models.BooleanField(null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["t_ms", "rule"]


class Evidence(TenantModel):
    """A picture behind a flag. Personal data: a face; deleted by the institution's evidence retention."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    flag = models.OneToOneField(Flag, on_delete=models.CASCADE, related_name="evidence")
    storage_key = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64)
    seq = models.PositiveBigIntegerField()
    t_ms = models.PositiveBigIntegerField()
    width_px = models.PositiveIntegerField()
    height_px = models.PositiveIntegerField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)


class MessageSide(models.TextChoices):
    CANDIDATE = "candidate", gettext_lazy("The candidate")
    PROCTOR = "proctor", gettext_lazy("A proctor")


class MessageKind(models.TextChoices):
    CHAT = "chat", gettext_lazy("Message")
    HELP = "help", gettext_lazy("Asks for a person")


class Message(TenantModel):
    """A line between a candidate and those who watch.

    Personal data: what people wrote; deleted with the session.

    `number` counts within the session. `client_id` is the writer’s own: what is sent twice is there once.
    Only a call for help is ever answered, and may be without words.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="messages")
    number = models.PositiveIntegerField()
    client_id = models.UUIDField()
    side = models.CharField(max_length=16, choices=MessageSide.choices)
    kind = models.CharField(max_length=16, choices=MessageKind.choices, default=MessageKind.CHAT)
    text = models.TextField(max_length=1000, blank=True)
    author = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now, editable=False)
    read_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["session", "number"], name="message_numbered_once"),
            models.UniqueConstraint(fields=["session", "client_id"], name="message_once"),
        ]


class Watching(TenantModel):
    """An exam's wall or a session's page that somebody has open, and whom they look at on it.

    Personal data: who watched; deleted when the page is closed.
    """

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="+")
    session = models.ForeignKey(Session, null=True, on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(max_length=200, unique=True)
    since = models.DateTimeField(default=timezone.now, editable=False)
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["exam", "seen_at"], name="watching_now")
        ]
