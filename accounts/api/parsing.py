"""Bodies: JSON read strictly, lists of candidates as CSV; what is too big or cannot be read is refused."""

import json
import math
from typing import Any, NoReturn

from django.utils.translation import gettext as _
from rest_framework.parsers import BaseParser

from accounts.errors import DomainError, TooLarge

MAX_BODY_BYTES = 2 * 1024 * 1024
DEEPEST = 32
LONGEST_NUMBER = 30


class StrictJsonParser(BaseParser):
    """JSON of RFC 8259: no NaN, no name twice, nothing that a database cannot hold."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        return read_json(_read(stream))


class CsvParser(BaseParser):
    media_type = "text/csv"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> bytes:
        return _read(stream)


def read_json(body: bytes) -> Any:
    try:
        value = json.loads(
            body,
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_float=_float,
            parse_int=_int,
        )
    except RecursionError:
        raise _too_deep() from None
    except UnicodeDecodeError:
        raise DomainError("invalid_json", _("The body is not UTF-8.")) from None
    except ValueError as error:
        raise DomainError(
            "invalid_json", _("The body could not be read as JSON: %(error)s") % {"error": error}
        ) from None
    _check(value)
    if not isinstance(value, dict):
        raise DomainError("invalid_json", _("The body must be a JSON object."))
    return value


def _read(stream: Any) -> bytes:
    body: bytes = stream.read(MAX_BODY_BYTES + 1)
    if len(body) > MAX_BODY_BYTES:
        raise too_large()
    return body


def too_large() -> TooLarge:
    return TooLarge("too_large", f"The body is too large: at most {MAX_BODY_BYTES // 1024 // 1024} MB.")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise DomainError("invalid_json", _("The body has the same name twice in one object."))
    return found


def _constant(name: str) -> NoReturn:
    raise DomainError("invalid_json", _("%(name)s is not a JSON number.") % {"name": name})


def _float(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise DomainError("invalid_json", _("The body holds a number that is too large."))
    return value


def _int(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise DomainError("invalid_json", _("The body holds a number with too many digits."))
    return int(text)


def _check(value: Any) -> None:
    """Neither NUL nor half a surrogate pair can be stored, and what is nested too deep is no request."""
    waiting = [(value, 1)]
    while waiting:
        one, depth = waiting.pop()
        if depth > DEEPEST:
            raise _too_deep()
        if isinstance(one, str):
            _check_text(one)
        elif isinstance(one, dict):
            waiting += [(part, depth + 1) for pair in one.items() for part in pair]
        elif isinstance(one, list):
            waiting += [(part, depth + 1) for part in one]


def _check_text(text: str) -> None:
    if "\0" in text or (not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text)):
        raise DomainError(
            "invalid_text", _("The body holds a character that is no text: NUL or half a pair.")
        )


def _too_deep() -> DomainError:
    return DomainError("too_deep", _("The body is nested too deep."))
