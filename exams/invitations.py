"""A candidate's link: a 256-bit token of which the database keeps only the SHA-256.

The token is derived from the server's secret and the row's id, so that an examiner may copy it again while
a stolen database yields no link.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit, suspending
from accounts.errors import Conflict, DomainError, Forbidden, Gone, NotFound
from accounts.models import User
from accounts.tenancy import unscoped
from exams.models import Exam, Invitation, Session
from exams.states import ENDED, UNDER_WAY, SessionState
from jobs import services as jobs


def sha256_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def token_of(invitation: Invitation) -> str | None:
    """The token, or None when the server's secret has changed since it was issued."""
    token = _derive(invitation.id.hex)
    return token if hmac.compare_digest(sha256_of(token), invitation.token_sha256) else None


def link_of(invitation: Invitation) -> str | None:
    token = token_of(invitation)
    return settings.PUBLIC_URL + reverse("exams:join", args=[token]) if token else None


@transaction.atomic
def issue(*, session: Session, actor: User | None, ip: str = "") -> Invitation:
    """A fresh link; the one before it stops working."""
    # Two people who ask at the same time get one after the other a link, and the later one counts.
    session = Session.objects.select_for_update().get(id=session.id)
    if session.state in ENDED:
        raise Conflict("session_ended", _("This session has ended; it needs no link any more."))
    _revoke_live(session)
    invitation = _new(session, actor)
    invitation.save(force_insert=True)
    record_issued(session=session, actor=actor, ip=ip)
    return invitation


@transaction.atomic(savepoint=False)
def issue_first(*, sessions: list[Session], actor: User | None) -> list[Invitation]:
    """Links for sessions that have just been made and have none; the caller's audit entry covers them.

    Each session then holds its link as `queries.sessions_with_links` loads it.
    """
    made = Invitation.objects.bulk_create(_new(session, actor) for session in sessions)
    for session, invitation in zip(sessions, made, strict=True):
        session.live_invitations = [invitation]  # type: ignore[attr-defined]
    return made


def record_issued(*, session: Session, actor: User | None, ip: str = "") -> None:
    audit.record(
        actor=audit.actor_of(actor), action="invitation.issued", subject=f"session:{session.id}", ip=ip
    )


@transaction.atomic
def revoke(*, invitation: Invitation, actor: User | None, ip: str = "") -> Invitation:
    if invitation.revoked_at is None:
        invitation.revoked_at = timezone.now()
        invitation.save(update_fields=["revoked_at"])
        audit.record(
            actor=audit.actor_of(actor),
            action="invitation.revoked",
            subject=f"session:{invitation.session_id}",
            ip=ip,
        )
    return invitation


@dataclass(frozen=True, slots=True)
class CandidateLink:
    external_id: str
    name: str
    email: str
    url: str


@transaction.atomic
def take_out(*, exam: Exam, actor: User, ip: str = "") -> list[CandidateLink]:
    """Every unused link of the exam, for sending; that they were handed out is recorded."""
    unused = (
        Invitation.objects.filter(session__exam=exam, revoked_at__isnull=True, consumed_at__isnull=True)
        .exclude(session__state__in=ENDED)
        .select_related("session__candidate")
        .order_by("session__candidate__name", "session__candidate__external_id")
    )
    links = [
        CandidateLink(person.external_id, person.name, person.email, url)
        for person, url in ((unused_one.session.candidate, link_of(unused_one)) for unused_one in unused)
        if url
    ]
    audit.record(
        actor=audit.actor_of(actor),
        action="links.taken_out",
        subject=f"exam:{exam.id}",
        ip=ip,
        detail={"count": len(links)},
    )
    return links


def find(token: str) -> Invitation | None:
    with unscoped("a visitor shows a token before anybody knows the institution"):
        return (
            Invitation.objects.select_related("session__exam", "session__candidate")
            .filter(token_sha256=sha256_of(token))
            .first()
        )


def check_usable(invitation: Invitation, *, moves: bool = False) -> None:
    """Raise, in words for the candidate, why this link opens nothing.

    `moves` says that the sitting is to go on on this device, though another one has used the link.
    """
    session = invitation.session
    now = timezone.now()
    if invitation.revoked_at:
        raise Gone("link_revoked", _("This link has been withdrawn. Ask your examiner for a new one."))
    if session.state in ENDED:
        raise Gone("link_finished", _("This exam sitting is finished. There is nothing left to do here."))
    if session.state not in UNDER_WAY and suspending.is_suspended(session.institution_id):
        raise suspending.refusal_of_candidate()
    if invitation.consumed_at and not moves:
        raise Gone(
            "link_used",
            _("This link has already been used. Go on in the browser where you opened it, or continue here."),
        )
    over = session.exam.closes_at is not None and now >= session.exam.closes_at
    if over and session.state not in UNDER_WAY:
        raise Gone(
            "link_expired", _("This exam is closed. Ask your examiner if you think it should be open.")
        )
    if session.exam.opens_at and now < session.exam.opens_at and session.state == SessionState.INVITED:
        raise Forbidden("not_open_yet", _("This exam is not open yet. Come back at the time shown below."))


@transaction.atomic
def redeem(*, invitation: Invitation, device_key: str, moves: bool = False, ip: str = "") -> Session:
    """Use the link up, or with `moves` once more: the device that did holds the session from now on."""
    locked = Invitation.objects.select_for_update().select_related("session__exam").get(id=invitation.id)
    check_usable(locked, moves=moves)
    now = timezone.now()
    used_before = locked.consumed_at is not None
    locked.consumed_at = locked.consumed_at or now
    locked.save(update_fields=["consumed_at"])
    session = locked.session
    moved = bool(session.device_key)
    session.device_key = device_key
    session.save(update_fields=["device_key"])
    audit.record(
        actor=f"candidate:{session.candidate_id}",
        action="session.moved" if used_before else "invitation.used",
        subject=f"session:{session.id}",
        ip=ip,
    )
    at_ms = session.elapsed_ms(now)
    if moved and at_ms is not None:
        jobs.enqueue("proctoring.note_move", session=str(session.id), at_ms=at_ms)
    return session


def unknown_link() -> DomainError:
    return NotFound(
        "link_unknown", _("We do not know this link. Check that you copied all of it, or ask your examiner.")
    )


def _new(session: Session, actor: User | None) -> Invitation:
    invitation = Invitation(session=session, created_by=actor)
    invitation.token_sha256 = sha256_of(_derive(invitation.id.hex))
    return invitation


def _revoke_live(session: Session) -> None:
    Invitation.objects.filter(session=session, revoked_at__isnull=True).update(revoked_at=timezone.now())


def _derive(invitation_hex: str) -> str:
    digest = hmac.digest(
        settings.SECRET_KEY.encode(), f"invigil-invitation-1:{invitation_hex}".encode(), "sha256"
    )
    return urlsafe_b64encode(digest).rstrip(b"=").decode()
