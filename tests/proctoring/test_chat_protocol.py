"""Chat on the wire, as the cases that both sides read; and on the console's socket whom somebody looks at."""

import json
import uuid
from pathlib import Path
from typing import Any

import pytest

from proctoring import protocol
from proctoring.chat_protocol import ChatRead, ChatSince, ChatWrite, LookAt
from proctoring.wire import ProtocolError

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "protocol"
CHAT = json.loads((FIXTURES / "chat.json").read_text())
ID = "3f2b9c1e-7a44-4a55-9d6b-0c1d2e3f4a5b"


def _named(cases: list[dict[str, Any]]) -> list[Any]:
    return [pytest.param(case, id=case["name"]) for case in cases]


@pytest.mark.parametrize("case", _named(CHAT["client"]["valid"]))
def test_a_valid_message_is_read(case: dict[str, Any]) -> None:
    message = protocol.parse_room_message(json.dumps(case["message"]))
    assert isinstance(message, ChatWrite | ChatSince | ChatRead)


@pytest.mark.parametrize("case", _named(CHAT["client"]["invalid"]))
def test_a_bad_message_is_refused_for_its_reason(case: dict[str, Any]) -> None:
    with pytest.raises(ProtocolError) as refused:
        protocol.parse_room_message(case["text"])
    assert refused.value.code == case["reason"]


def test_whole_values() -> None:
    read = [protocol.parse_room_message(json.dumps(case["message"])) for case in CHAT["client"]["valid"]]
    assert read[:2] == [
        ChatWrite(uuid.UUID(ID), "chat", "May I leave?"),
        ChatWrite(uuid.UUID(ID), "help", ""),
    ]
    assert read[-2:] == [ChatSince(0), ChatRead(2)]


def test_the_console_says_whom_it_looks_at() -> None:
    look = protocol.parse_console_message(json.dumps({"type": "look", "session": ID}))
    assert look == LookAt(uuid.UUID(ID))
    assert protocol.parse_console_message('{"type":"look","session":null}') == LookAt(None)
    with pytest.raises(ProtocolError, match="must be a UUID"):
        protocol.parse_console_message('{"type":"look","session":"../"}')
