"""The text messages of a practice run's socket."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from proctoring.protocol import Pong, read_pong
from proctoring.wire import parse, text_field


@dataclass(frozen=True, slots=True)
class PracticeHello:
    ticket: str


def parse_practice_message(text: str) -> PracticeHello | Pong:
    message: PracticeHello | Pong = parse(text, _READERS)
    return message


def _read_hello(message: dict[str, Any]) -> PracticeHello:
    return PracticeHello(text_field(message.get("ticket"), "ticket", 1, 200))


_READERS: dict[str, Callable[[dict[str, Any]], Any]] = {"hello": _read_hello, "pong": read_pong}
