"""Legal holds: placed by one person, released by two, asked before anything is deleted.

Whoever deletes holds `privacy_terms.locked_terms` from asking until the deletion is committed, and so does
whoever places a hold: of the two, one comes first, and a hold that came first is seen.
"""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.errors import Conflict, DomainError, NotFound
from accounts.models import User
from accounts.privacy_terms import locked_terms
from accounts.tenancy import current_institution_id
from accounts.visible import shows_something
from exams.hold_models import REVIEW_AFTER, HoldScope
from exams.models import Candidate, Exam, LegalHold, Session

LONGEST_REASON, LONGEST_CASE = 2000, 120


@dataclass(frozen=True, slots=True)
class Holds:
    """Every hold in force, to be asked about many sittings."""

    institution: bool
    exams: frozenset[uuid.UUID]
    candidates: frozenset[uuid.UUID]
    sessions: frozenset[uuid.UUID]

    def cover(self, *, exam_id: uuid.UUID, candidate_id: uuid.UUID, session_id: uuid.UUID) -> bool:
        of_it = exam_id in self.exams or candidate_id in self.candidates or session_id in self.sessions
        return self.institution or of_it

    def cover_candidate(self, candidate_id: uuid.UUID) -> bool:
        return self.institution or candidate_id in self.candidates


def holds_in_force() -> Holds:
    """Of the institution in scope, as they stand now."""
    found = list(LegalHold.objects.filter(released_at__isnull=True).values_list("scope", "subject_id"))

    def subjects(scope: HoldScope) -> frozenset[uuid.UUID]:
        return frozenset(subject_id for kind, subject_id in found if kind == scope)

    return Holds(
        institution=bool(subjects(HoldScope.INSTITUTION)),
        exams=subjects(HoldScope.EXAM),
        candidates=subjects(HoldScope.CANDIDATE),
        sessions=subjects(HoldScope.SESSION),
    )


def is_held(session: Session) -> bool:
    return holds_in_force().cover(
        exam_id=session.exam_id, candidate_id=session.candidate_id, session_id=session.id
    )


@transaction.atomic
def place_hold(
    *,
    scope: str,
    subject_id: uuid.UUID | None,
    reason: str,
    case_ref: str,
    actor: User | None,
    ip: str = "",
) -> LegalHold:
    """From its commit on nothing of the subject is deleted; what was deleted before stays deleted."""
    locked_terms()
    reason, case_ref = reason.strip(), case_ref.strip()
    _check_words(reason, case_ref)
    hold = LegalHold.objects.create(
        scope=scope,
        subject_id=_found(scope, subject_id),
        reason=reason,
        case_ref=case_ref,
        placed_by=actor,
    )
    _record("legal_hold.placed", hold, actor, ip)
    return hold


@transaction.atomic
def ask_release(*, hold: LegalHold, actor: User, ip: str = "") -> LegalHold:
    """The first of two persons; asking again changes nothing."""
    hold = _locked(hold)
    if hold.release_asked_by_id is None:
        hold.release_asked_by, hold.release_asked_at = actor, timezone.now()
        hold.save(update_fields=["release_asked_by", "release_asked_at"])
        _record("legal_hold.release_asked", hold, actor, ip)
    return hold


@transaction.atomic
def release(*, hold: LegalHold, actor: User, ip: str = "") -> LegalHold:
    """The second person; what is over is deleted at the next purge."""
    hold = _locked(hold)
    if hold.release_asked_by_id is None:
        raise Conflict("release_not_asked", _("Somebody must ask first that this hold is released."))
    if hold.release_asked_by_id == actor.id:
        raise Conflict("second_person_needed", _("You asked for this. Another person must agree."))
    hold.released_by, hold.released_at = actor, timezone.now()
    hold.save(update_fields=["released_by", "released_at"])
    _record("legal_hold.released", hold, actor, ip)
    return hold


@transaction.atomic
def keep_hold(*, hold: LegalHold, actor: User, ip: str = "") -> LegalHold:
    """Looked at again and still needed: the next look is due in 90 days, and a release must be asked anew."""
    hold = _locked(hold)
    hold.review_at = timezone.now() + timedelta(days=REVIEW_AFTER.days)
    hold.release_asked_by, hold.release_asked_at = None, None
    hold.save(update_fields=["review_at", "release_asked_by", "release_asked_at"])
    _record("legal_hold.kept", hold, actor, ip)
    return hold


def _locked(hold: LegalHold) -> LegalHold:
    locked_terms()
    found = LegalHold.objects.select_for_update(of=("self",)).get(id=hold.id)
    if not found.is_in_force:
        raise Conflict("hold_released", _("This hold was released before."))
    return found


def _check_words(reason: str, case_ref: str) -> None:
    if not shows_something(reason):
        raise DomainError("reason_missing", _("Say why this must be kept."), field="reason")
    if len(reason) > LONGEST_REASON or "\0" in reason:
        raise DomainError("reason_too_long", _("Write at most 2,000 characters."), field="reason")
    if len(case_ref) > LONGEST_CASE or "\0" in case_ref:
        raise DomainError("case_ref_too_long", _("Write at most 120 characters."), field="case_ref")


def _found(scope: str, subject_id: uuid.UUID | None) -> uuid.UUID:
    """The subject's id, if it is this institution's."""
    if scope not in HoldScope.values:
        raise DomainError("scope_unknown", _("Choose from the list what is to be kept."), field="scope")
    if scope == HoldScope.INSTITUTION:
        return current_institution_id()
    models: dict[str, type[Model]] = {"exam": Exam, "candidate": Candidate, "session": Session}
    if subject_id is None or not models[scope]._default_manager.filter(pk=subject_id).exists():
        raise NotFound("subject_unknown", _("There is nothing with this id here."), field="subject_id")
    return subject_id


def _record(action: str, hold: LegalHold, actor: User | None, ip: str) -> None:
    audit.record(
        actor=audit.actor_of(actor),
        action=action,
        subject=f"hold:{hold.id}",
        ip=ip,
        detail={"scope": hold.scope, "subject": str(hold.subject_id)},
    )
