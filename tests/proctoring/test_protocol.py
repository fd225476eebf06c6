"""The wire contract, as the cases that both sides read, and what a hostile sender adds."""

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from proctoring import protocol
from proctoring.protocol import (
    BrowserEvent,
    ConsoleHello,
    Device,
    Events,
    FrameMessage,
    LateFrameMessage,
    LookMessage,
    Outcome,
    SoundMessage,
)
from proctoring.room_session import SessionView, client_settings
from proctoring.screen_protocol import ScreenMessage
from proctoring.services.checking import WORDS, Guidance
from proctoring.wire import ProtocolError

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "protocol"
HEADERS = json.loads((FIXTURES / "frame_header.json").read_text())
MESSAGES = json.loads((FIXTURES / "messages.json").read_text())


def _named(cases: list[dict[str, Any]]) -> list[Any]:
    return [pytest.param(case, id=case["name"]) for case in cases]


def _event_text(**changes: object) -> str:
    event = {"stream": "browser", "seq": 1, "t": 1, "ev": "copy", "n": 1, **changes}
    return json.dumps({"type": "events", "events": [event]})


def test_the_fixtures_and_the_code_agree_on_sizes_and_names() -> None:
    assert HEADERS["header_bytes"] == protocol.HEADER_BYTES
    assert HEADERS["max_payload_bytes"] == protocol.MAX_PAYLOAD_BYTES
    assert HEADERS["max_sound_bytes"] == protocol.MAX_SOUND_BYTES
    assert MESSAGES["event_names"] == list(protocol.EVENT_NAMES)


@pytest.mark.parametrize("case", _named(HEADERS["valid"]))
def test_a_frame_is_unpacked_and_packed_to_the_same_bytes(case: dict[str, Any]) -> None:
    frame = protocol.unpack(bytes.fromhex(case["hex"]))
    kinds = {
        protocol.WEBCAM_JPEG: FrameMessage,
        protocol.SOUND_PCM: SoundMessage,
        protocol.LOOK_JPEG: LookMessage,
        protocol.LATE_JPEG: LateFrameMessage,
        protocol.SCREEN_JPEG: ScreenMessage,
    }
    kind = kinds[case["kind"]]
    assert frame == kind(case["seq"], case["t_ms"], bytes.fromhex(case["payload_hex"]))
    assert protocol.pack(frame).hex() == case["hex"]


@pytest.mark.parametrize("case", _named(HEADERS["invalid"]))
def test_a_bad_frame_is_refused_for_its_reason(case: dict[str, Any]) -> None:
    with pytest.raises(ProtocolError) as refused:
        protocol.unpack(bytes.fromhex(case["hex"]) + bytes(case["zero_bytes_after"]))
    assert refused.value.code == case["reason"]


def test_frame_number_0_is_refused() -> None:
    with pytest.raises(ProtocolError) as refused:
        protocol.unpack(bytes.fromhex("01010000000000000000ffd8"))
    assert refused.value.code == "bad_seq"


@pytest.mark.parametrize("case", _named(MESSAGES["client"]["valid"]))
def test_a_valid_message_is_read(case: dict[str, Any]) -> None:
    message = protocol.parse_room_message(json.dumps(case["message"]))
    assert type(message).__name__ in ("RoomHello", "Events", "GazeBegin", "GazeFit", "Pong")


@pytest.mark.parametrize("case", _named(MESSAGES["client"]["invalid"]))
def test_a_bad_message_is_refused_for_its_reason(case: dict[str, Any]) -> None:
    with pytest.raises(ProtocolError) as refused:
        protocol.parse_room_message(case["text"])
    assert refused.value.code == case["reason"]
    assert refused.value.message


def test_whole_values_of_hello_and_events() -> None:
    device = {"user_agent": "Firefox", "screen": [1440, 900], "camera_label": "HD"}
    hello = protocol.parse_room_message(json.dumps({"type": "hello", "ticket": "x", "device": device}))
    assert hello == protocol.RoomHello("x", Device("Firefox", (1440, 900), "HD"))
    events = protocol.parse_room_message(_event_text(seq=7, t=8, ev="paste", n=2, detail={"length": 9}))
    assert events == Events((BrowserEvent(7, 8, "paste", 2, (("length", 9),)),))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"type":"pong","type":"pong"}', "duplicate_key"),
        ('{"type":"events","events":[{"seq":NaN}]}', "not_json"),
        ('{"type":"events","events":Infinity}', "not_json"),
        (_event_text(t=1e400), "not_json"),
        ('{"type":"pong","x":' + "[" * 7 + "]" * 7 + "}", "too_deep"),
        ('{"type":"pong","x":' + "[" * 30_000 + "]" * 30_000 + "}", "too_deep"),
        ('{"type":"pong","x":' + "9" * 5000 + "}", "not_json"),
        ('{"type":"pong","x":"' + "x" * 65_536 + '"}', "text_too_large"),
        ('{"type":"pong","x":"' + "é" * 33_000 + '"}', "text_too_large"),
        (_event_text(seq=2**32), "bad_field"),
        (_event_text(t=2**63), "bad_field"),
        (_event_text(n=1001), "bad_field"),
        (_event_text(ev=["copy"]), "bad_field"),
        ('{"type":"dismiss_flag"}', "unknown_type"),
        ('{"type":"websocket.close"}', "unknown_type"),
        ('{"type":"hello","ticket":"\\u0000","device":{"screen":[1,1]}}', "bad_field"),
        ('{"type":"hello","ticket":"\\ud800","device":{"screen":[1,1]}}', "bad_field"),
    ],
)
def test_hostile_text_is_refused(text: str, code: str) -> None:
    with pytest.raises(ProtocolError) as refused:
        protocol.parse_room_message(text)
    assert refused.value.code == code


def test_the_refusal_of_an_event_says_which() -> None:
    with pytest.raises(ProtocolError) as refused:
        protocol.parse_room_message(_event_text(seq=17, t=-1))
    assert (refused.value.ref, refused.value.message) == (
        17,
        "events[0].t must be a whole number from 0 to 4294967295.",
    )


def test_the_console_says_hello_for_an_exam_or_a_session() -> None:
    hello = protocol.parse_console_message('{"type":"hello","ticket":"x","exam":"e"}')
    assert hello == ConsoleHello("x", exam_id="e")
    for text in ('{"type":"hello","ticket":"x"}', '{"type":"hello","ticket":"x","exam":"e","session":"s"}'):
        with pytest.raises(ProtocolError):
            protocol.parse_console_message(text)


def _server_case(name: str) -> dict[str, Any]:
    cases = MESSAGES["server"]["valid"]
    return next(case["message"] for case in cases if case["name"] == name)


def test_what_the_room_is_told_has_the_shape_that_both_sides_know() -> None:
    welcome = _server_case("welcome")
    assert welcome["client"].keys() == client_settings().keys()
    assert welcome["session"].keys() == {field.name for field in fields(SessionView)}
    guidance = Guidance(True, "ok", "We can see you clearly.", 1).to_json()
    assert {"type": "guidance", **guidance} == _server_case("guidance ok")
    assert {case["message"]["code"] for case in _guidances()} == set(WORDS)
    assert {f"frame {outcome}" for outcome in Outcome} <= {
        case["name"] for case in MESSAGES["server"]["valid"]
    }


def _guidances() -> list[dict[str, Any]]:
    return [case for case in MESSAGES["server"]["valid"] if case["message"]["type"] == "guidance"]
