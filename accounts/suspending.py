"""An institution that the platform's operators have suspended: what has begun goes on, nothing new begins."""

import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.errors import DomainError, Forbidden
from accounts.models import Institution, User

LONGEST_REASON = 300


def refusal() -> Forbidden:
    return Forbidden(
        "institution_suspended",
        _(
            "Your institution is suspended. Exams that have begun go on to their end. "
            "Ask those who run this server what has to be done."
        ),
    )


def refusal_of_candidate() -> Forbidden:
    return Forbidden(
        "institution_suspended",
        _("This exam cannot be opened at the moment. Ask the person who invited you."),
    )


def is_suspended(institution_id: uuid.UUID | None) -> bool:
    if institution_id is None:
        return False
    return Institution.objects.filter(id=institution_id, suspended_at__isnull=False).exists()


@transaction.atomic
def suspend(*, institution: Institution, reason: str, actor: User | None, ip: str = "") -> Institution:
    """The caller is in the institution's scope. Doing it twice changes nothing."""
    institution = Institution.objects.select_for_update().get(id=institution.id)
    reason = " ".join(reason.split())[:LONGEST_REASON]
    if not reason:
        raise DomainError("reason_needed", _("Write down why."), field="reason")
    if institution.suspended_at is None:
        institution.suspended_at, institution.suspended_because = timezone.now(), reason
        institution.save(update_fields=["suspended_at", "suspended_because"])
        _record("suspended", institution, actor, ip, reason=reason)
    return institution


@transaction.atomic
def resume(*, institution: Institution, reason: str = "", actor: User | None, ip: str = "") -> Institution:
    """The caller is in the institution's scope. Doing it twice changes nothing."""
    institution = Institution.objects.select_for_update().get(id=institution.id)
    if institution.suspended_at is not None:
        institution.suspended_at, institution.suspended_because = None, ""
        institution.save(update_fields=["suspended_at", "suspended_because"])
        _record("resumed", institution, actor, ip, reason=" ".join(reason.split())[:LONGEST_REASON])
    return institution


def _record(what: str, institution: Institution, actor: User | None, ip: str, **detail: str) -> None:
    audit.record(
        actor=audit.actor_of(actor),
        action=f"institution.{what}",
        subject=f"institution:{institution.id}",
        ip=ip,
        detail=detail,
    )
