"""What the two ends of a live picture say to each other through us: offers, answers, candidates."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from proctoring.wire import bad_field, text_field, whole_number

# A description of two streams is about 8 kB in Chromium and 12 kB in Firefox.
LONGEST_SDP = 32_000
LONGEST_CANDIDATE = 1000
MOST_CANDIDATES = 20
LONGEST_STREAM_ID = 100
MOST_LINES = 50
STREAMS = ("camera", "screen")
DESCRIPTIONS = ("offer", "answer")
ROOM_REASONS = ("closed", "failed", "not_now")


@dataclass(frozen=True, slots=True)
class SignalBegin:
    """Somebody at the console wants to see the candidate of this session live."""

    session_id: str


@dataclass(frozen=True, slots=True)
class SignalDescription:
    """`streams` names which media line (mid) of the room shows the camera and which the screen."""

    watch: str
    kind: str
    sdp: str
    streams: tuple[tuple[str, str], ...] = ()

    def content(self) -> dict[str, Any]:
        return {
            "what": "description",
            "description": {"type": self.kind, "sdp": self.sdp},
            **({"streams": dict(self.streams)} if self.streams else {}),
        }


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to reach a side; the names are the browser's own."""

    candidate: str
    sdpMid: str | None
    sdpMLineIndex: int | None
    usernameFragment: str | None


@dataclass(frozen=True, slots=True)
class SignalCandidates:
    watch: str
    candidates: tuple[Candidate, ...]

    def content(self) -> dict[str, Any]:
        return {"what": "candidates", "candidates": [asdict(candidate) for candidate in self.candidates]}


@dataclass(frozen=True, slots=True)
class SignalEnd:
    """The side that says it has closed its end; `reason` only when the room says so."""

    watch: str
    reason: str = "closed"


RoomSignal = SignalDescription | SignalCandidates | SignalEnd
ConsoleSignal = SignalBegin | RoomSignal
Reader = Callable[[dict[str, Any]], Any]


def read_room_signal(message: dict[str, Any]) -> RoomSignal:
    signal: RoomSignal = _reader(message, _ROOM)(message)
    return signal


def read_console_signal(message: dict[str, Any]) -> ConsoleSignal:
    signal: ConsoleSignal = _reader(message, _CONSOLE)(message)
    return signal


def _reader(message: dict[str, Any], readers: dict[str, Reader]) -> Reader:
    what = message.get("what")
    reader = readers.get(what) if isinstance(what, str) else None
    if reader is None:
        raise bad_field("what", f"must be one of {', '.join(readers)}")
    return reader


def _read_begin(message: dict[str, Any]) -> SignalBegin:
    return SignalBegin(text_field(message.get("session"), "session", 1, 64))


def _read_description(message: dict[str, Any]) -> SignalDescription:
    description = message.get("description")
    if not isinstance(description, dict) or description.get("type") not in DESCRIPTIONS:
        raise bad_field("description", f"must be an object whose type is one of {', '.join(DESCRIPTIONS)}")
    return SignalDescription(
        watch=_watch(message),
        kind=description["type"],
        sdp=text_field(description.get("sdp"), "description.sdp", 1, LONGEST_SDP),
    )


def _read_named_description(message: dict[str, Any]) -> SignalDescription:
    read = _read_description(message)
    streams = message.get("streams", {})
    if not isinstance(streams, dict) or not streams.keys() <= set(STREAMS):
        raise bad_field("streams", f"must be an object of {', '.join(STREAMS)}")
    named = tuple(
        (name, text_field(streams[name], f"streams.{name}", 1, LONGEST_STREAM_ID)) for name in sorted(streams)
    )
    return SignalDescription(read.watch, read.kind, read.sdp, named)


def _read_candidates(message: dict[str, Any]) -> SignalCandidates:
    candidates = message.get("candidates")
    if not isinstance(candidates, list) or not 1 <= len(candidates) <= MOST_CANDIDATES:
        raise bad_field("candidates", f"must be a list of 1 to {MOST_CANDIDATES} candidates")
    return SignalCandidates(
        _watch(message),
        tuple(_read_candidate(each, f"candidates[{index}]") for index, each in enumerate(candidates)),
    )


def _read_candidate(candidate: Any, field: str) -> Candidate:
    if not isinstance(candidate, dict):
        raise bad_field(field, "must be an object")
    mid, line, fragment = (candidate.get(name) for name in ("sdpMid", "sdpMLineIndex", "usernameFragment"))
    return Candidate(
        candidate=text_field(candidate.get("candidate"), f"{field}.candidate", 0, LONGEST_CANDIDATE),
        sdpMid=None if mid is None else text_field(mid, f"{field}.sdpMid", 0, 64),
        sdpMLineIndex=None if line is None else whole_number(line, f"{field}.sdpMLineIndex", 0, MOST_LINES),
        usernameFragment=None
        if fragment is None
        else text_field(fragment, f"{field}.usernameFragment", 0, 256),
    )


def _read_end(message: dict[str, Any]) -> SignalEnd:
    return SignalEnd(_watch(message))


def _read_room_end(message: dict[str, Any]) -> SignalEnd:
    reason = message.get("reason", "closed")
    if reason not in ROOM_REASONS:
        raise bad_field("reason", f"must be one of {', '.join(ROOM_REASONS)}")
    return SignalEnd(_watch(message), reason)


def _watch(message: dict[str, Any]) -> str:
    return text_field(message.get("watch"), "watch", 1, 64)


_ROOM: dict[str, Reader] = {
    "description": _read_named_description,
    "candidates": _read_candidates,
    "end": _read_room_end,
}
_CONSOLE: dict[str, Reader] = {
    "begin": _read_begin,
    "description": _read_description,
    "candidates": _read_candidates,
    "end": _read_end,
}
