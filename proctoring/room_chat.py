"""Messages of the candidate's room, taken: each function is a taker of the room's socket."""

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from accounts.errors import DomainError
from proctoring.chat_protocol import ChatRead, ChatSince, ChatWrite
from proctoring.chats import message_json, messages_of
from proctoring.models import MessageSide
from proctoring.protocol import CloseCode
from proctoring.rooms import Room
from proctoring.services import chatting
from proctoring.services.errors import OtherDevice
from proctoring.sockets import in_database
from proctoring.watchers import is_attended

if TYPE_CHECKING:
    from proctoring.consumers import RoomConsumer


async def take_chat(socket: "RoomConsumer", message: ChatWrite) -> None:
    """Answered with the message as it stands, also where it was known; or with why it was not taken."""
    try:
        await socket.tell(await in_database(_write, room=socket.entered(), message=message))
    except OtherDevice:
        await socket.shut(CloseCode.OTHER_DEVICE)
    except DomainError as refused:
        answer = {"code": refused.code, "text": refused.message}
        await socket.tell({"type": "chat_refused", "client_id": str(message.client_id), **answer})


async def take_since(socket: "RoomConsumer", message: ChatSince) -> None:
    try:
        await socket.tell(await in_database(_history, room=socket.entered(), after=message.number))
    except OtherDevice:
        await socket.shut(CloseCode.OTHER_DEVICE)


async def take_read(socket: "RoomConsumer", message: ChatRead) -> None:
    try:
        await in_database(_read, room=socket.entered(), up_to=message.up_to)
    except OtherDevice:
        await socket.shut(CloseCode.OTHER_DEVICE)


def _write(*, room: Room, message: ChatWrite) -> dict[str, Any]:
    session = room.session()
    written = chatting.write_as_candidate(
        session=session, client_id=message.client_id, text=message.text, kind=message.kind
    )
    return {
        "type": "chat",
        "message": message_json(written, to_candidate=True),
        "attended": is_attended(session.exam_id, timezone.now()),
    }


def _history(*, room: Room, after: int) -> dict[str, Any]:
    session = room.session()
    found = messages_of(session, after=after)
    return {
        "type": "chat_history",
        "messages": [message_json(message, to_candidate=True) for message in found],
        "attended": is_attended(session.exam_id, timezone.now()),
    }


def _read(*, room: Room, up_to: int) -> None:
    chatting.note_read(session=room.session(), by=MessageSide.CANDIDATE, up_to=up_to)
