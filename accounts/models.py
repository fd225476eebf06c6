"""Institutions, the people who work for them, and the append-only record of what they did."""

import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy

from accounts.roles import Action, Role, may
from accounts.tenancy import TenantManager, TenantModel
from accounts.terms_models import LawfulBasis as LawfulBasis
from accounts.terms_models import PrivacyTerms as PrivacyTerms


class Institution(models.Model):
    """A tenant. Personal data: none; kept until the institution is erased."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=80, unique=True)
    timezone = models.CharField(max_length=64, default="UTC")
    locale = models.CharField(max_length=16, default="en")
    # Who is mailed when a flag is critical: roles; nobody where there is none.
    alert_roles = models.JSONField(default=list)
    # Whether its members come in with a second factor only.
    require_second_factor = models.BooleanField(default=False)
    # By the platform's operators: what has begun goes on, nothing new begins.
    suspended_at = models.DateTimeField(null=True, editable=False)
    suspended_because = models.CharField(max_length=300, blank=True, editable=False)
    created_at = models.DateTimeField(default=now, editable=False)

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person who works in the console. Personal data: email and name; kept until the account is deleted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    # Written into tokens and tickets: what carries an older one opens nothing any more.
    access_stamp = models.UUIDField(default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(default=now, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()

    def __str__(self) -> str:
        return self.name or self.email


class Membership(TenantModel):
    """What one person may do in one institution. Personal data: the link to the user; deleted with either."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role.choices)
    created_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["institution", "user"], name="membership_once"),
        ]

    @property
    def may_manage(self) -> bool:
        return may(self.role, Action.MANAGE)

    @property
    def may_view_audit(self) -> bool:
        return may(self.role, Action.VIEW_AUDIT)


class MemberInvitation(TenantModel):
    """Somebody who is asked to join. Personal data: an email address; deleted 30 days after it is over."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(max_length=254)
    role = models.CharField(max_length=16, choices=Role.choices)
    invited_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=now, editable=False)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    @property
    def is_over(self) -> bool:
        return self.expires_at <= now()


class Scope(models.TextChoices):
    """What a program that holds a key may do."""

    ANALYSE = "analyse", gettext_lazy("send frames and get measurements back")
    READ = "read", gettext_lazy("see exams, candidates, sessions and reports")
    WRITE = "write", gettext_lazy("create and change exams, candidates and links")
    INTERVENE = "intervene", gettext_lazy("start, pause, warn and end sessions")
    AUDIT = "audit", gettext_lazy("read the audit log")
    MANAGE = "manage", gettext_lazy("change the institution and its webhooks")


class ApiKey(TenantModel):
    """A program's way in: `prefix.secret`, of which only the secret's SHA-256 is stored.

    Personal data: who made it; kept with the institution, so that the audit log's keys can be named.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=16, unique=True)
    secret_sha256 = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=now, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    @property
    def actor(self) -> str:
        """How the audit log names it."""
        return f"api_key:{self.prefix}"

    @property
    def scope_words(self) -> list[str]:
        return [Scope(scope).label for scope in self.scopes]

    @property
    def state(self) -> str:
        if self.revoked_at:
            return "revoked"
        return "good" if self.usable(now()) else "expired"

    def usable(self, at: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or at < self.expires_at)


class StoredAnswer(TenantModel):
    """What a POST with an `Idempotency-Key` was answered.

    Personal data: what the answer held, encrypted, never a new secret; deleted after a day.
    """

    holder = models.CharField(max_length=80)
    key = models.CharField(max_length=100)
    request_sha256 = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    key_id = models.CharField(max_length=32, blank=True)
    sealed = models.BinaryField(default=bytes)
    is_secret = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["institution", "holder", "key"], name="answer_once"),
        ]
        indexes = [models.Index(fields=["created_at"], name="answer_by_age")]


class AppendOnly(Exception):
    """An audit entry can be written once and never changed."""


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    def update(self, **kwargs: Any) -> int:
        raise AppendOnly("Audit entries are never changed.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise AppendOnly("Audit entries are never deleted.")


class AuditManager(TenantManager["AuditEntry"]):
    def get_queryset(self) -> AuditQuerySet:
        return AuditQuerySet(self.model, query=super().get_queryset().query, using=self._db)


class AuditEntry(TenantModel):
    """Who did what to what, chained by hashes within an institution.

    Personal data: the actor's id and a truncated address; kept with the institution, as proof.
    """

    number = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    action = models.CharField(max_length=80)
    subject = models.CharField(max_length=120)
    ip = models.CharField(max_length=64, blank=True)
    detail = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64)
    entry_hash = models.CharField(max_length=64)

    objects: ClassVar[AuditManager] = AuditManager()  # type: ignore[assignment]

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["institution", "number"], name="audit_number_once"),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnly("Audit entries are never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise AppendOnly("Audit entries are never deleted.")
