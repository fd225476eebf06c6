"""The messages of programs that send frames and get measurements back."""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from proctoring.protocol import LARGEST_U32, FrameMessage, Pong, read_pong, unpack
from proctoring.wire import ProtocolError, bad_field, parse, text_field, whole_number

DATA_URL = "data:image/jpeg;base64,"


@dataclass(frozen=True, slots=True)
class AnalyseHello:
    ticket: str


@dataclass(frozen=True, slots=True)
class TextFrame:
    """A frame in JSON. Without a number it is the next one, without a time it is of the moment it came."""

    payload: bytes
    seq: int | None
    t_ms: int | None


AnalyseMessage = AnalyseHello | TextFrame | Pong


def parse_analyse_message(text: str) -> AnalyseMessage:
    """A message without a type is a frame."""
    message: AnalyseMessage = parse(text, _READERS, default="frame")
    return message


def unpack_picture(data: bytes) -> FrameMessage:
    message = unpack(data)
    if not isinstance(message, FrameMessage):
        raise ProtocolError("unknown_kind", "This socket takes pictures only.", ref=message.seq)
    return message


def _read_hello(message: dict[str, Any]) -> AnalyseHello:
    return AnalyseHello(text_field(message.get("ticket"), "ticket", 1, 200))


def _read_frame(message: dict[str, Any]) -> TextFrame:
    seq, t_ms = message.get("seq"), message.get("t")
    seq = None if seq is None else whole_number(seq, "seq", 1, LARGEST_U32)
    return TextFrame(
        payload=_payload(message.get("frame"), seq),
        seq=seq,
        t_ms=None if t_ms is None else whole_number(t_ms, "t", 0, LARGEST_U32, ref=seq),
    )


def _payload(frame: Any, seq: int | None) -> bytes:
    if not isinstance(frame, str) or not frame:
        raise bad_field("frame", "must be a JPEG picture in base64", ref=seq)
    try:
        payload = base64.b64decode(frame.removeprefix(DATA_URL), validate=True)
    except (binascii.Error, ValueError):
        raise bad_field("frame", "must be a JPEG picture in base64", ref=seq) from None
    if not payload:
        raise ProtocolError("empty_payload", "The frame holds no picture.", ref=seq)
    return payload


_READERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "hello": _read_hello,
    "frame": _read_frame,
    "pong": read_pong,
}
