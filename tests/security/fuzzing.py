"""Seeded nonsense against the gate of pictures and the readers of messages: all but a refusal is a fault."""

import json
import random
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from analysis.frames import FrameRefused, open_frame
from proctoring import protocol
from proctoring.analyse_protocol import parse_analyse_message
from proctoring.practice_protocol import parse_practice_message
from proctoring.wire import ProtocolError

WORDS = (
    "type",
    "hello",
    "events",
    "ticket",
    "signal",
    "seq",
    "t",
    "ev",
    "n",
    "detail",
    "frame",
    "chat",
    "look",
)
LEAVES = (None, True, -1, 0, 1.5, 2**63, "", "x" * 300, "\x00", "\ud800", "𝕏", [], {}, "copy", "browser")
Tried = Callable[[random.Random], None]


@dataclass(frozen=True, slots=True)
class Fuzzed:
    """`faults` are what was raised beside a refusal, with the try that raised it."""

    what: str
    tries: int
    refused: int
    taken: int
    slowest_ms: float
    grown_mib: float
    faults: tuple[str, ...]


def fuzz(what: str, *, seed: int, for_s: float) -> Fuzzed:
    """At least one try, whatever the time; the same seed begins with the same tries."""
    attempt, chance = TARGETS[what], random.Random(seed)
    begun_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    tries = refused = 0
    slowest_s, faults = 0.0, []
    ends_s = time.monotonic() + for_s
    while tries == 0 or time.monotonic() < ends_s:
        tries += 1
        started_s = time.monotonic()
        try:
            attempt(chance)
        except (FrameRefused, ProtocolError):
            refused += 1
        except Exception as error:
            faults.append(f"{what}, seed {seed}, try {tries}: {error!r}")
        slowest_s = max(slowest_s, time.monotonic() - started_s)
    grown_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - begun_kib
    taken = tries - refused - len(faults)
    return Fuzzed(what, tries, refused, taken, slowest_s * 1000, grown_kib / 1024, tuple(faults))


def _picture() -> bytes:
    grain = np.random.default_rng(5).integers(0, 255, (240, 320, 3), np.uint8)
    smooth = cv2.GaussianBlur(grain, (9, 9), 0)
    return cv2.imencode(".jpg", smooth)[1].tobytes()


PICTURE = _picture()
FRAME = protocol.pack(protocol.FrameMessage(1, 1, PICTURE[:200]))


def _broken(content: bytes, chance: random.Random) -> bytes:
    broken = bytearray(content)
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(broken))
        broken[at] = chance.randrange(256)
    if chance.random() < 0.2:
        at = chance.randrange(len(broken))
        broken[at:at] = chance.randbytes(chance.randint(1, 40))
    if chance.random() < 0.2:
        del broken[chance.randrange(len(broken)) :]
    return bytes(broken)


def _open_a_picture(chance: random.Random) -> None:
    open_frame(_broken(PICTURE, chance))


def _unpack_a_frame(chance: random.Random) -> None:
    protocol.unpack(_broken(FRAME, chance))


def _read_text(chance: random.Random) -> None:
    reader = chance.choice(
        (
            protocol.parse_room_message,
            protocol.parse_console_message,
            parse_analyse_message,
            parse_practice_message,
        )
    )
    text = json.dumps(_message(chance))
    if chance.random() < 0.3:
        at = chance.randrange(len(text))
        text = text[:at] + chance.choice('"{}[],:\\e9\x00é') + text[at + 1 :]
    reader(text)


def _message(chance: random.Random) -> dict[str, Any]:
    kind = chance.choice(("hello", "events", "signal", "chat", "look", "frame", "gaze_begin", "pong", "x"))
    return {"type": kind, **{chance.choice(WORDS): _value(chance, 3) for _ in range(chance.randint(0, 6))}}


def _value(chance: random.Random, depth: int) -> Any:
    if depth == 0 or chance.random() < 0.5:
        return chance.choice(LEAVES)
    if chance.random() < 0.5:
        return [_value(chance, depth - 1) for _ in range(chance.randint(0, 4))]
    return {chance.choice(WORDS): _value(chance, depth - 1) for _ in range(chance.randint(0, 4))}


TARGETS: dict[str, Tried] = {
    "pictures": _open_a_picture,
    "frames of sockets": _unpack_a_frame,
    "messages of sockets": _read_text,
}
