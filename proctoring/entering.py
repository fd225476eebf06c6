"""What happens when a socket has shown its ticket: whose room or wall it is, and what it is told first."""

import time
import uuid
from dataclasses import asdict, dataclass
from typing import Any

from accounts import tickets
from accounts.models import Membership
from accounts.roles import Action, may
from accounts.tickets import Ticket
from exams.models import Exam, Session
from proctoring import hearing, live
from proctoring.gazing import follows_eyes
from proctoring.models import RiskState
from proctoring.protocol import ConsoleHello, Device
from proctoring.recording_told import welcome_recording
from proctoring.room_session import client_settings, view_of
from proctoring.rooms import Room
from proctoring.services import presence
from proctoring.services.gaze import is_fitted
from proctoring.services.recording import next_browser_seq
from proctoring.told import told_to


class NoSuchRoom(Exception):
    """There is no such session or exam in the ticket's institution."""


class NotAllowed(Exception):
    """The person's role may not watch, they are signed out, or the institution is suspended."""


@dataclass(frozen=True, slots=True)
class Entry:
    room: Room
    welcome: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Watched:
    """What a console's socket watches, and for whom; `session_id` is None on the wall of an exam."""

    group: str
    person_id: uuid.UUID
    exam_id: uuid.UUID
    session_id: uuid.UUID | None


def enter_room(*, ticket: Ticket, device: Device, channel: str) -> Entry:
    room = Room(_uuid(ticket.holder_id), ticket.device_key)
    try:
        session = room.session()
    except Session.DoesNotExist:
        raise NoSuchRoom from None
    risk = presence.note_entered(session=session, channel=channel, device=asdict(device))
    return Entry(
        room,
        {
            "session": view_of(session),
            "next_seq": _next_seq(session, risk),
            "client": client_settings(),
            "told": [one.to_json() for one in told_to(session)],
            **welcome_recording(session),
            **({"gaze": {"fitted": is_fitted(session.id)}} if follows_eyes(session.watched) else {}),
        },
    )


def may_watch(*, ticket: Ticket, hello: ConsoleHello) -> Watched:
    """What is watched, if the person may see it."""
    membership = Membership.objects.filter(
        user_id=ticket.holder_id,
        user__is_active=True,
        user__access_stamp=ticket.access_stamp,
        institution__suspended_at=None,
    ).first()
    if membership is None or not may(membership.role, Action.VIEW_EXAMS):
        raise NotAllowed
    if tickets.is_over(ticket, now_s=time.time()):
        raise NotAllowed
    if hello.exam_id is not None:
        exam_id = _uuid(hello.exam_id)
        if not Exam.objects.filter(id=exam_id).exists():
            raise NoSuchRoom
        return Watched(live.exam_group(exam_id), membership.user_id, exam_id, None)
    session = Session.objects.filter(id=_uuid(hello.session_id or "")).first()
    if session is None:
        raise NoSuchRoom
    return Watched(live.session_group(session.id), membership.user_id, session.exam_id, session.id)


def _next_seq(session: Session, risk: RiskState) -> dict[str, int]:
    known = {"browser": next_browser_seq(session), "video": risk.last_video_seq + 1}
    if session.watched.watch_screen:
        known["screen"] = risk.last_screen_seq + 1
    return {**known, "audio": hearing.next_seq(session)} if session.watched.watch_audio else known


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise NoSuchRoom from None
