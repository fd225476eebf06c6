"""The wire: frame headers and text messages, read strictly; every refusal has a code and words."""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any

from proctoring.chat_protocol import CHAT_READERS, ChatMessage, LookAt, read_look
from proctoring.gaze_protocol import GazeBegin, GazeFit, read_begin, read_fit
from proctoring.screen_protocol import ScreenMessage
from proctoring.signal_protocol import ConsoleSignal, RoomSignal, read_console_signal, read_room_signal
from proctoring.wire import ProtocolError, bad_field, parse, text_field, whole_number

MAX_PAYLOAD_BYTES = 256 * 1024
# One second of 16-bit sound at 16 kHz.
MAX_SOUND_BYTES = 32_000
MAX_EVENTS = 100
LARGEST_U32 = 2**32 - 1
LARGEST_COUNT = 1000
LARGEST_DETAIL = 2**31 - 1

_HEADER = struct.Struct(">BBII")
HEADER_BYTES = _HEADER.size
FRAME_VERSION = 1
WEBCAM_JPEG = 1
SCREEN_JPEG = 2
SOUND_PCM = 3
LOOK_JPEG = 4
LATE_JPEG = 5

EVENT_NAMES = (
    "tab_hidden",
    "tab_visible",
    "window_blur",
    "window_focus",
    "full_screen_left",
    "full_screen_entered",
    "copy",
    "cut",
    "paste",
    "context_menu",
    "offline",
    "online",
    "page_loaded",
    "camera_lost",
    "camera_back",
    "camera_described",
    "microphone_lost",
    "microphone_back",
    *("other_tab", "other_tab_left", "content_opened"),
    *("screen_shared", "screen_part", "screen_missing", "screen_lost", "screen_back"),
    "warning_read",
)
# What a detail may say. Never content: what was pasted is nobody's business.
DETAIL_KEYS = frozenset(
    {
        "duration_ms",
        "length",
        "number",
        *("capabilities", "told_width_px", "told_height_px", "told_fps_milli"),
        *("width_px", "height_px", "interval_us", "jitter_us"),
    }
)


class CloseCode(IntEnum):
    BAD_REQUEST = 4400
    TICKET = 4401
    FORBIDDEN = 4403
    NOT_FOUND = 4404
    TOO_SLOW = 4408
    OTHER_DEVICE = 4409
    FLOOD = 4429
    RESTART = 1012


class Outcome(StrEnum):
    """What became of a frame: the word in its acknowledgement."""

    RECORDED = "recorded"
    REFUSED = "refused"
    UNAVAILABLE = "unavailable"
    CHECKED = "checked"


@dataclass(frozen=True, slots=True)
class FrameMessage:
    seq: int
    t_ms: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class LateFrameMessage:
    """A webcam picture that was kept while there was no line; its number was reserved when it was taken."""

    seq: int
    t_ms: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class SoundMessage:
    """A window of sound: 16-bit little-endian PCM, 16 kHz, mono; numbered apart from the pictures."""

    seq: int
    t_ms: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class LookMessage:
    """A picture of eyes at a point of the screen; its payload begins with the point's number, from 0."""

    seq: int
    t_ms: int
    payload: bytes

    @property
    def point(self) -> int:
        return self.payload[0]

    @property
    def jpeg(self) -> bytes:
        return self.payload[1:]


BinaryMessage = FrameMessage | SoundMessage | LookMessage | LateFrameMessage | ScreenMessage
_BINARY: dict[int, type[BinaryMessage]] = {
    WEBCAM_JPEG: FrameMessage,
    SOUND_PCM: SoundMessage,
    LOOK_JPEG: LookMessage,
    LATE_JPEG: LateFrameMessage,
    SCREEN_JPEG: ScreenMessage,
}
_KINDS = {message: kind for kind, message in _BINARY.items()}


@dataclass(frozen=True, slots=True)
class Device:
    user_agent: str
    screen_px: tuple[int, int]
    camera_label: str


@dataclass(frozen=True, slots=True)
class RoomHello:
    ticket: str
    device: Device


@dataclass(frozen=True, slots=True)
class ConsoleHello:
    """Exactly one of `exam_id` and `session_id` is set."""

    ticket: str
    exam_id: str | None = None
    session_id: str | None = None


@dataclass(frozen=True, slots=True)
class BrowserEvent:
    seq: int
    t_ms: int
    name: str
    times: int
    detail: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Events:
    events: tuple[BrowserEvent, ...]


@dataclass(frozen=True, slots=True)
class Pong:
    pass


RoomMessage = RoomHello | RoomSignal | Events | GazeBegin | GazeFit | ChatMessage | Pong
ConsoleMessage = ConsoleHello | ConsoleSignal | LookAt | Pong


def pack(message: BinaryMessage) -> bytes:
    kind = _KINDS[type(message)]
    return _HEADER.pack(FRAME_VERSION, kind, message.seq, message.t_ms) + message.payload


def unpack(data: bytes) -> BinaryMessage:
    if len(data) < HEADER_BYTES:
        raise ProtocolError("too_short", f"A frame begins with a header of {HEADER_BYTES} bytes.")
    version, kind, seq, t_ms = _HEADER.unpack_from(data)
    if version != FRAME_VERSION:
        raise ProtocolError("unknown_version", f"Frames of version {version} are not known here.")
    if kind not in _BINARY:
        raise ProtocolError("unknown_kind", f"Frames of kind {kind} are not known here.", ref=seq)
    _check_payload(kind, len(data) - HEADER_BYTES, seq)
    if seq == 0:
        raise ProtocolError("bad_seq", "Frames are numbered from 1.", ref=seq)
    return _BINARY[kind](seq, t_ms, data[HEADER_BYTES:])


def _check_payload(kind: int, size: int, seq: int) -> None:
    picture = kind != SOUND_PCM
    if size <= (kind == LOOK_JPEG):
        words = "The frame holds no picture." if picture else "The frame holds no sound."
        raise ProtocolError("empty_payload", words, ref=seq)
    if picture and size > MAX_PAYLOAD_BYTES:
        raise ProtocolError("payload_too_large", "The picture is larger than 256 KiB.", ref=seq)
    if not picture and size > MAX_SOUND_BYTES:
        raise ProtocolError("payload_too_large", "The sound is longer than one second.", ref=seq)


def parse_room_message(text: str) -> RoomMessage:
    return parse(text, _ROOM_READERS)


def parse_console_message(text: str) -> ConsoleMessage:
    return parse(text, _CONSOLE_READERS)


def _read_room_hello(message: dict[str, Any]) -> RoomHello:
    device = message.get("device")
    if not isinstance(device, dict):
        raise bad_field("device", "must be an object")
    screen = device.get("screen")
    if not isinstance(screen, list) or len(screen) != 2:
        raise bad_field("device.screen", "must be two numbers, width and height in pixels")
    width_px, height_px = (whole_number(side, "device.screen", 0, 100_000) for side in screen)
    return RoomHello(
        ticket=text_field(message.get("ticket"), "ticket", 1, 200),
        device=Device(
            user_agent=text_field(device.get("user_agent"), "device.user_agent", 0, 1000),
            screen_px=(width_px, height_px),
            camera_label=text_field(device.get("camera_label"), "device.camera_label", 0, 300),
        ),
    )


def _read_console_hello(message: dict[str, Any]) -> ConsoleHello:
    exam, session = message.get("exam"), message.get("session")
    if (exam is None) == (session is None):
        raise bad_field("exam", "or session must be given, and not both")
    return ConsoleHello(
        ticket=text_field(message.get("ticket"), "ticket", 1, 200),
        exam_id=None if exam is None else text_field(exam, "exam", 1, 64),
        session_id=None if session is None else text_field(session, "session", 1, 64),
    )


def _read_events(message: dict[str, Any]) -> Events:
    events = message.get("events")
    if not isinstance(events, list) or not 1 <= len(events) <= MAX_EVENTS:
        raise bad_field("events", f"must be a list of 1 to {MAX_EVENTS} events")
    return Events(tuple(_read_event(event, f"events[{index}]") for index, event in enumerate(events)))


def _read_event(event: Any, field: str) -> BrowserEvent:
    if not isinstance(event, dict):
        raise bad_field(field, "must be an object")
    seq = whole_number(event.get("seq"), f"{field}.seq", 1, LARGEST_U32)
    if event.get("stream") != "browser":
        raise bad_field(f"{field}.stream", "must be “browser”", ref=seq)
    if event.get("ev") not in EVENT_NAMES:
        raise bad_field(f"{field}.ev", f"must be one of {', '.join(EVENT_NAMES)}", ref=seq)
    return BrowserEvent(
        seq=seq,
        t_ms=whole_number(event.get("t"), f"{field}.t", 0, LARGEST_U32, ref=seq),
        name=event["ev"],
        times=whole_number(event.get("n"), f"{field}.n", 1, LARGEST_COUNT, ref=seq),
        detail=_read_detail(event.get("detail", {}), f"{field}.detail", seq),
    )


def _read_detail(detail: Any, field: str, seq: int) -> tuple[tuple[str, int], ...]:
    if not isinstance(detail, dict) or not detail.keys() <= DETAIL_KEYS:
        raise bad_field(field, f"must be an object of {', '.join(sorted(DETAIL_KEYS))}", ref=seq)
    return tuple(
        (key, whole_number(detail[key], f"{field}.{key}", 0, LARGEST_DETAIL, ref=seq))
        for key in sorted(detail)
    )


def read_pong(_message: dict[str, Any]) -> Pong:
    return Pong()


_ROOM_READERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "hello": _read_room_hello,
    "events": _read_events,
    "gaze_begin": read_begin,
    "gaze_fit": read_fit,
    **CHAT_READERS,
    "signal": read_room_signal,
    "pong": read_pong,
}
_CONSOLE_READERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "hello": _read_console_hello,
    "signal": read_console_signal,
    "look": read_look,
    "pong": read_pong,
}
