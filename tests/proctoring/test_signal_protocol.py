"""Signals as both sides read them, from the cases that the browser's tests read too."""

import json
from pathlib import Path
from typing import Any

import pytest

from proctoring import protocol
from proctoring.signal_protocol import (
    Candidate,
    SignalBegin,
    SignalCandidates,
    SignalDescription,
    SignalEnd,
)
from proctoring.wire import ProtocolError

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "protocol"
SIGNALS = json.loads((FIXTURES / "signals.json").read_text())
PARSERS = {"room": protocol.parse_room_message, "console": protocol.parse_console_message}
KINDS = {
    "begin": SignalBegin,
    "description": SignalDescription,
    "candidates": SignalCandidates,
    "end": SignalEnd,
}


def _cases(kind: str) -> list[Any]:
    return [
        pytest.param(side, case["message"], id=f"{side}: {case['name']}")
        for side in PARSERS
        for case in SIGNALS[side][kind]
    ]


@pytest.mark.parametrize(("side", "message"), _cases("valid"))
def test_a_signal_is_read_and_said_again_as_it_was(side: str, message: dict[str, Any]) -> None:
    read = PARSERS[side](json.dumps(message))
    assert type(read) is KINDS[message["what"]]
    if isinstance(read, SignalDescription | SignalCandidates):
        assert {"type": "signal", "watch": read.watch, **read.content()} == message


@pytest.mark.parametrize(("side", "message"), _cases("invalid"))
def test_a_bad_signal_is_refused(side: str, message: dict[str, Any]) -> None:
    with pytest.raises(ProtocolError) as refused:
        PARSERS[side](json.dumps(message))
    assert refused.value.code == "bad_field"


def test_whole_values() -> None:
    candidate = {"candidate": "candidate:1", "sdpMid": "0", "sdpMLineIndex": 1, "usernameFragment": "u"}
    text = json.dumps({"type": "signal", "what": "candidates", "watch": "w", "candidates": [candidate]})
    assert protocol.parse_room_message(text) == SignalCandidates(
        "w", (Candidate("candidate:1", "0", 1, "u"),)
    )
    ended = json.dumps({"type": "signal", "what": "end", "watch": "w", "reason": "not_now"})
    assert protocol.parse_room_message(ended) == SignalEnd("w", "not_now")
