"""What a candidate asked for about their data: written down, refused or closed with a reason; all audited."""

import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.errors import Conflict, DomainError
from accounts.models import User
from exams.models import Candidate, Session
from privacy.models import RequestKind, RequestState, SubjectRequest
from privacy.models.requests import ANSWERED_WITHIN

LONGEST_WORDS = 2000


@transaction.atomic
def open_request(
    *,
    kind: str,
    candidate: Candidate,
    session: Session | None = None,
    words: str = "",
    asked_at: datetime | None = None,
    actor: User | None,
    ip: str = "",
) -> SubjectRequest:
    """Write down what somebody asked; it is due thirty days after they did."""
    if kind not in RequestKind.values:
        raise DomainError("kind_unknown", _("Choose what was asked for from the list."), field="kind")
    _check_session(kind, candidate.id, session)
    asked_at = asked_at or timezone.now()
    if not timezone.now() - timedelta(days=365) <= asked_at <= timezone.now() + timedelta(minutes=5):
        raise DomainError("asked_at_invalid", _("The day must lie within the last year."), field="asked_at")
    request = SubjectRequest.objects.create(
        kind=kind,
        candidate=candidate,
        session=session,
        subject_id=candidate.id,
        words=_within(words, "words"),
        asked_at=asked_at,
        due_at=asked_at + ANSWERED_WITHIN,
    )
    note(request, "opened", actor=actor, ip=ip, kind=kind, candidate=str(candidate.id))
    return request


@transaction.atomic
def confirm_identity(
    *, request: SubjectRequest, how: str, actor: User | None, ip: str = ""
) -> SubjectRequest:
    """Say how it was made sure that the person is who they say: nothing is handed out or erased before."""
    request = locked(request)
    check_open(request)
    how = how.strip()
    if not how:
        raise DomainError(
            "identity_missing",
            _(
                "Say how you made sure that it is this person who asks, for example: "
                "they answered from the address that you know."
            ),
            field="identity",
        )
    request.identity_note, request.identity_verified_by = how[:300], actor
    request.save(update_fields=["identity_note", "identity_verified_by"])
    note(request, "identity_confirmed", actor=actor, ip=ip)
    return request


@transaction.atomic
def narrow(
    *, request: SubjectRequest, session: Session | None, actor: User | None, ip: str = ""
) -> SubjectRequest:
    """An erasure of one sitting instead of the whole candidate, or of the whole again."""
    request = locked(request)
    check_open(request)
    _check_session(request.kind, request.subject_id, session)
    request.session = session
    request.save(update_fields=["session"])
    note(request, "narrowed", actor=actor, ip=ip, session=str(session.id) if session else "")
    return request


@transaction.atomic
def refuse(*, request: SubjectRequest, reason: str, actor: User | None, ip: str = "") -> SubjectRequest:
    request = locked(request)
    check_open(request)
    reason = _said(reason)
    request.refused_reason = reason
    return close(request, RequestState.REFUSED, "refused", actor=actor, ip=ip)


@transaction.atomic
def answer(*, request: SubjectRequest, result: str, actor: User | None, ip: str = "") -> SubjectRequest:
    """What was done about a correction, an objection or an explanation; the others are done by a job."""
    request = locked(request)
    check_open(request)
    if request.kind in (RequestKind.ACCESS, RequestKind.ERASURE):
        raise Conflict("done_by_itself", _("This request is closed when its work is done, or refused."))
    request.result = _said(result)
    return close(request, RequestState.DONE, "done", actor=actor, ip=ip)


def close(
    request: SubjectRequest,
    state: RequestState,
    action: str,
    *,
    actor: User | None,
    ip: str = "",
    **detail: str,
) -> SubjectRequest:
    """In the caller's transaction."""
    request.state, request.closed_at, request.closed_by = state, timezone.now(), actor
    request.save()
    note(request, action, actor=actor, ip=ip, **detail)
    return request


def locked(request: SubjectRequest) -> SubjectRequest:
    return SubjectRequest.objects.select_for_update(of=("self",)).get(id=request.id)


def check_open(request: SubjectRequest) -> None:
    if request.state != RequestState.OPEN:
        raise Conflict("request_not_open", _("This request is being done or closed already."))


def check_identity(request: SubjectRequest) -> None:
    if not request.identity_note:
        raise Conflict(
            "identity_not_confirmed", _("First say how you made sure that it is this person who asks.")
        )


def note(request: SubjectRequest, action: str, *, actor: User | None, ip: str = "", **detail: str) -> None:
    audit.record(
        actor=audit.actor_of(actor),
        action=f"subject_request.{action}",
        subject=f"subject_request:{request.id}",
        ip=ip,
        detail=detail,
    )


def _check_session(kind: str, candidate_id: uuid.UUID, session: Session | None) -> None:
    if session is not None and session.candidate_id != candidate_id:
        raise DomainError("session_of_another", _("This sitting is another candidate’s."), field="session_id")
    if session is not None and kind != RequestKind.ERASURE:
        raise DomainError(
            "whole_candidate", _("Only an erasure can be of one sitting alone."), field="session_id"
        )


def _said(words: str) -> str:
    words = _within(words, "reason")
    if not words:
        raise DomainError(
            "reason_missing", _("Say it in a few words; the request keeps them."), field="reason"
        )
    return words


def _within(words: str, field: str) -> str:
    words = words.strip()
    if len(words) > LONGEST_WORDS:
        raise DomainError(
            "too_long",
            _("At most %(longest)s characters, please.") % {"longest": LONGEST_WORDS},
            field=field,
        )
    return words
