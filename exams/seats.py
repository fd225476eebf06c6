"""A candidate's seat: the browser session that used up the link. The candidate's side of the HTTP door."""

import secrets
import uuid
from urllib.parse import unquote

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from accounts.errors import Gone, NotFound
from exams import invitations
from exams.models import Invitation, Session

SEATS = "seats"
# Longer than the longest exam, so that nobody loses the seat in the middle of it.
SEAT_LIFE_S = 48 * 3600


def institution_of_visitor(request: HttpRequest) -> uuid.UUID | None:
    """For `/join/<token>/` the link's institution, for `/room/<id>/...` the seat's."""
    if not request.path_info.startswith(("/join/", "/room/")):
        return None
    try:
        arguments = resolve(request.path_info).kwargs
    except Resolver404:
        return None
    if "token" in arguments:
        invitation = invitations.find(unquote(str(arguments["token"])))
        request.invitation = invitation  # type: ignore[attr-defined]
        return invitation.institution_id if invitation else None
    seat = request.session.get(SEATS, {}).get(str(arguments.get("session_id")))
    return uuid.UUID(seat["institution"]) if seat else None


def new_device_key() -> str:
    return secrets.token_hex(16)


def take(request: HttpRequest, session: Session, *, by: Invitation) -> None:
    """Remember in the cookie session that this browser sits this session, and by which link."""
    seats = request.session.get(SEATS, {})
    seats[str(session.id)] = {
        "institution": str(session.institution_id),
        "device_key": session.device_key,
        "invitation": str(by.id),
    }
    request.session[SEATS] = seats
    request.session.cycle_key()
    request.session.set_expiry(SEAT_LIFE_S)


def holds(request: HttpRequest, session: Session) -> bool:
    seat = request.session.get(SEATS, {}).get(str(session.id))
    return bool(seat) and seat["device_key"] == session.device_key


def lost(request: HttpRequest, session_id: uuid.UUID) -> Session | None:
    """The session that this browser sat in until another device took it over."""
    if str(session_id) not in request.session.get(SEATS, {}):
        return None
    session = Session.objects.select_related("exam", "candidate").filter(id=session_id).first()
    return session if session is not None and not holds(request, session) else None


def link_of_seat(request: HttpRequest, session_id: uuid.UUID) -> Invitation | None:
    """The link by which this browser got its seat, if it was not withdrawn: it may take the seat back."""
    seat = request.session.get(SEATS, {}).get(str(session_id), {})
    by = seat.get("invitation")
    found = Invitation.objects.filter(id=by, session_id=session_id, revoked_at=None) if by else None
    return found.select_related("session__exam").first() if found is not None else None


def session_of(request: HttpRequest, session_id: uuid.UUID) -> Session:
    """The session this browser sits in; clear words for anybody else."""
    if str(session_id) not in request.session.get(SEATS, {}):
        raise NotFound("no_seat", _("This browser holds no seat in this exam. Open the link you were sent."))
    session = Session.objects.select_related("exam", "candidate").filter(id=session_id).first()
    if session is None:
        raise NotFound("no_seat", _("This exam sitting does not exist any more. Ask your examiner."))
    if not holds(request, session):
        raise Gone(
            "other_device",
            _("This exam has been opened on another device. Go on there, or ask your examiner."),
        )
    return session
