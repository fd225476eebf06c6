"""What both sides of a chat are told while it happens; a reload reads the same from the rows."""

from exams.models import Session
from proctoring import live
from proctoring.acts import acted
from proctoring.chats import Waiting, message_json, waiting_json, waiting_of
from proctoring.models import Message, MessageSide


def written(*, session: Session, message: Message, actor: str = "", answers: bool = False) -> None:
    live.tell_room(session_id=session.id, kind="chat", message=message_json(message, to_candidate=True))
    _tell(session, message=message_json(message, to_candidate=False))
    if message.side == MessageSide.PROCTOR:
        acted(session=session, action="session.message_sent", actor=actor)
    if answers:
        acted(session=session, action="session.help_answered", actor=actor)


def settled(*, session: Session, actor: str) -> None:
    live.tell_room(session_id=session.id, kind="chat_settled")
    _tell(session)
    acted(session=session, action="session.help_answered", actor=actor)


def read(*, session: Session, by: MessageSide, up_to: int) -> None:
    if by == MessageSide.PROCTOR:
        live.tell_room(session_id=session.id, kind="chat_read", up_to=up_to)
    _tell(session, read={"by": by.value, "up_to": up_to})


def _tell(session: Session, **content: object) -> None:
    waiting = waiting_of([session.id]).get(session.id, Waiting())
    live.tell_console(
        exam_id=session.exam_id, session_id=session.id, kind="chat", waiting=waiting_json(waiting), **content
    )
