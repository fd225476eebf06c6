"""What a room says to those who watch, and what a console says of whom it looks at."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from proctoring.wire import bad_field, text_field, whole_number

KINDS = ("chat", "help")
LONGEST_TEXT = 1000
LARGEST_NUMBER = 100_000


@dataclass(frozen=True, slots=True)
class ChatWrite:
    """`client_id` is the room's own name for the message: what is sent twice is there once."""

    client_id: uuid.UUID
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class ChatSince:
    """Tell me what was written behind this number, and whether somebody is there."""

    number: int


@dataclass(frozen=True, slots=True)
class ChatRead:
    """Everything up to this number was read."""

    up_to: int


@dataclass(frozen=True, slots=True)
class LookAt:
    """Whom the panel of the wall shows; None when it is closed."""

    session_id: uuid.UUID | None


def read_chat(message: dict[str, Any]) -> ChatWrite:
    kind = message.get("kind", KINDS[0])
    if kind not in KINDS:
        raise bad_field("kind", f"must be one of {', '.join(KINDS)}")
    return ChatWrite(
        client_id=_uuid(message.get("client_id"), "client_id"),
        kind=kind,
        text=text_field(message.get("text"), "text", 0, LONGEST_TEXT),
    )


def read_since(message: dict[str, Any]) -> ChatSince:
    return ChatSince(whole_number(message.get("number"), "number", 0, LARGEST_NUMBER))


def read_read(message: dict[str, Any]) -> ChatRead:
    return ChatRead(whole_number(message.get("up_to"), "up_to", 1, LARGEST_NUMBER))


def read_look(message: dict[str, Any]) -> LookAt:
    session = message.get("session")
    return LookAt(None if session is None else _uuid(session, "session"))


def _uuid(value: Any, field: str) -> uuid.UUID:
    try:
        return uuid.UUID(text_field(value, field, 1, 64))
    except ValueError:
        raise bad_field(field, "must be a UUID") from None


ChatMessage = ChatWrite | ChatSince | ChatRead
CHAT_READERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "chat": read_chat,
    "chat_since": read_since,
    "chat_read": read_read,
}
