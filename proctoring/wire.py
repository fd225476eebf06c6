"""Text messages as they come: JSON read strictly, and fields of it; every refusal has a code and words."""

import json
from collections.abc import Callable
from typing import Any

MAX_TEXT_BYTES = 64 * 1024
MAX_DEPTH = 6


class ProtocolError(Exception):
    """A message that cannot be taken; `ref` is the number of the frame or event it is about."""

    def __init__(self, code: str, message: str, *, ref: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.ref = ref


def parse(
    text: str, readers: dict[str, Callable[[dict[str, Any]], Any]], *, default: str | None = None
) -> Any:
    message = _object_of(text)
    kind = message.get("type", default)
    reader = readers.get(kind) if isinstance(kind, str) else None
    if reader is None:
        raise ProtocolError("unknown_type", f"The type of a message must be one of {', '.join(readers)}.")
    return reader(message)


def _object_of(text: str) -> dict[str, Any]:
    # Three bytes a character at most would do; the exact size is cheap at this length.
    if len(text) > MAX_TEXT_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_TEXT_BYTES:
        raise ProtocolError("text_too_large", "A message is at most 64 KiB long.")
    try:
        message = _STRICT.decode(text)
    except RecursionError:
        raise ProtocolError("too_deep", f"A message is nested at most {MAX_DEPTH} deep.") from None
    except ValueError:
        raise ProtocolError("not_json", "This message could not be read as JSON.") from None
    if not isinstance(message, dict):
        raise ProtocolError("not_an_object", "A message is a JSON object with a type.")
    if _depth(message) > MAX_DEPTH:
        raise ProtocolError("too_deep", f"A message is nested at most {MAX_DEPTH} deep.")
    return message


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    unique = dict(pairs)
    if len(unique) != len(pairs):
        raise ProtocolError("duplicate_key", "A message names each of its keys once.")
    return unique


def _refuse_constant(name: str) -> None:
    raise ProtocolError("not_json", f"{name} is not a number of JSON.")


# `json.loads` would make such a reader for every message.
_STRICT = json.JSONDecoder(object_pairs_hook=_unique_keys, parse_constant=_refuse_constant)


def _depth(value: Any) -> int:
    """Level by level, so that no nesting can exhaust the stack."""
    depth, level = 0, [value]
    while level and depth <= MAX_DEPTH:
        depth += 1
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
    return depth


def whole_number(value: Any, field: str, smallest: int, largest: int, *, ref: int | None = None) -> int:
    # True is an int to Python and to nobody else.
    if not isinstance(value, int) or isinstance(value, bool) or not smallest <= value <= largest:
        raise bad_field(field, f"must be a whole number from {smallest} to {largest}", ref=ref)
    return value


def text_field(value: Any, field: str, shortest: int, longest: int) -> str:
    if not isinstance(value, str) or not shortest <= len(value) <= longest:
        raise bad_field(field, f"must be a text of {shortest} to {longest} characters")
    # PostgreSQL stores neither NUL nor half a surrogate pair.
    if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise bad_field(field, "holds a character that cannot be stored")
    return value


def bad_field(field: str, problem: str, *, ref: int | None = None) -> ProtocolError:
    return ProtocolError("bad_field", f"{field} {problem}.", ref=ref)
