"""Messages between a candidate and those who watch; a call for a person is one of them, open until answered.

The log says that something was written and when; the words stay with the session and out of the report.
"""

import uuid

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit, throttle
from accounts.errors import Conflict, DomainError, TooMany
from accounts.models import User
from exams.models import Session
from exams.states import UNDER_WAY
from proctoring import chat_hints
from proctoring.models import Message, MessageKind, MessageSide, RiskState
from proctoring.reasons import stated_reason
from proctoring.services.remarks import remark_now
from proctoring.services.risk import lock_sitting

LONGEST_MESSAGE = 1000
MOST_A_MINUTE = 12
MOST_IN_ALL = 500
FROM_CANDIDATE, TO_CANDIDATE = "message_from_candidate", "message_to_candidate"
HELP_ASKED, HELP_ANSWERED = "help_asked", "help_answered"


@transaction.atomic
def write_as_candidate(
    *, session: Session, client_id: uuid.UUID, text: str, kind: str = MessageKind.CHAT, ip: str = ""
) -> Message:
    """Before the exam and during it; a call for a person may be without words."""
    text = _stated(text, may_be_empty=kind == MessageKind.HELP)
    risk, session = lock_sitting(session)
    known = _known(session, client_id, MessageSide.CANDIDATE, text)
    if known is not None:
        return known
    _check_pace(session)
    message = _write(session, client_id, MessageSide.CANDIDATE, text, kind=kind)
    is_call = kind == MessageKind.HELP
    _log(risk, session, HELP_ASKED if is_call else FROM_CANDIDATE, message.number)
    if is_call:
        _audit(HELP_ASKED, session, f"candidate:{session.candidate_id}", message.number, ip)
    transaction.on_commit(lambda: chat_hints.written(session=session, message=message), robust=True)
    return message


@transaction.atomic
def write_as_proctor(
    *, session: Session, client_id: uuid.UUID, text: str, actor: User | None, ip: str = ""
) -> Message:
    """Who writes has read what the candidate wrote, and answers a call for a person."""
    text = _stated(text)
    risk, session = lock_sitting(session)
    known = _known(session, client_id, MessageSide.PROCTOR, text)
    if known is not None:
        return known
    message = _write(session, client_id, MessageSide.PROCTOR, text, author=actor)
    _mark_read(session, MessageSide.CANDIDATE, message.number)
    _log(risk, session, TO_CANDIDATE, message.number)
    _audit("message_sent", session, audit.actor_of(actor), message.number, ip)
    answers = bool(_answer(risk, session, actor, ip))
    by = audit.actor_of(actor)
    transaction.on_commit(
        lambda: chat_hints.written(session=session, message=message, actor=by, answers=answers), robust=True
    )
    return message


@transaction.atomic
def settle_help(*, session: Session, actor: User | None, ip: str = "") -> int:
    """The call was answered in another way, by voice perhaps: its number, or 0 where none was open."""
    risk, session = lock_sitting(session)
    settled = _answer(risk, session, actor, ip)
    if settled:
        _mark_read(session, MessageSide.CANDIDATE, settled)
        by = audit.actor_of(actor)
        transaction.on_commit(lambda: chat_hints.settled(session=session, actor=by), robust=True)
    return settled


@transaction.atomic
def note_read(*, session: Session, by: MessageSide, up_to: int) -> int:
    """One side has read what the other wrote up to that number; how many messages were new to it."""
    other = MessageSide.PROCTOR if by == MessageSide.CANDIDATE else MessageSide.CANDIDATE
    newly = _mark_read(session, other, up_to)
    if newly:
        transaction.on_commit(lambda: chat_hints.read(session=session, by=by, up_to=up_to), robust=True)
    return newly


def _stated(text: str, *, may_be_empty: bool = False) -> str:
    if may_be_empty and not text.strip():
        return ""
    return stated_reason(text, missing=_("Write something first."), what="text", longest=LONGEST_MESSAGE)


def _known(session: Session, client_id: uuid.UUID, side: MessageSide, text: str) -> Message | None:
    """What was sent before under this name; what is over takes nothing new."""
    known = Message.objects.filter(session=session, client_id=client_id).first()
    if known is None:
        if session.has_ended:
            raise Conflict("session_ended", _("This exam is over, so nothing more can be written here."))
        return None
    if (known.side, known.text) != (side, text):
        raise Conflict("other_message", _("Another message was sent under this name."), field="client_id")
    return known


def _check_pace(session: Session) -> None:
    if not throttle.take("chat", str(session.id), limit=MOST_A_MINUTE, window_s=60):
        raise TooMany(
            "too_fast",
            _("These were many messages in a short time. This one is kept and sent in a minute."),
        )
    if Message.objects.filter(session=session, side=MessageSide.CANDIDATE).count() >= MOST_IN_ALL:
        raise DomainError("too_many", _("No more messages can be sent in this exam."))


def _write(
    session: Session,
    client_id: uuid.UUID,
    side: MessageSide,
    text: str,
    *,
    kind: str = MessageKind.CHAT,
    author: User | None = None,
) -> Message:
    newest = Message.objects.filter(session=session).aggregate(newest=Max("number"))["newest"] or 0
    return Message.objects.create(
        session=session,
        number=newest + 1,
        client_id=client_id,
        side=side,
        kind=kind,
        text=text,
        author=author,
    )


def _mark_read(session: Session, side: MessageSide, up_to: int) -> int:
    unread = Message.objects.filter(session=session, side=side, number__lte=up_to, read_at=None)
    return unread.update(read_at=timezone.now())


def _answer(risk: RiskState, session: Session, actor: User | None, ip: str) -> int:
    """The number of the newest call that was open, or 0 where none was."""
    calls = Message.objects.filter(session=session, kind=MessageKind.HELP, answered_at=None)
    newest = calls.aggregate(newest=Max("number"))["newest"] or 0
    if newest:
        calls.update(answered_at=timezone.now())
        _log(risk, session, HELP_ANSWERED, newest)
        _audit(HELP_ANSWERED, session, audit.actor_of(actor), newest, ip)
    return newest


def _log(risk: RiskState, session: Session, event: str, number: int) -> None:
    """The log begins with the exam: what was written before it stands with the messages alone."""
    if session.state in UNDER_WAY:
        remark_now(risk, session, event, {"number": number})


def _audit(event: str, session: Session, actor: str, number: int, ip: str) -> None:
    audit.record(
        actor=actor,
        action=f"session.{event}",
        subject=f"session:{session.id}",
        ip=ip,
        detail={"number": number},
    )
