"""Log lines: one JSON object each in production, one line each in the embedded profile.

Ids say what a line belongs to. What names a person or opens a door is taken out of whatever is said: messages
of libraries and databases repeat what they were given.
"""

import logging
import re
from datetime import UTC, datetime
from typing import Any

from pythonjsonlogger.json import JsonFormatter

from accounts.log_context import context

# What may stand beside a message; anything else that a library hangs on a record could be a request.
EXTRAS = ("request_id", "duration_ms", "status", "route", "method", "queue", "kind", "attempt")
LONGEST_CHARACTERS = 20_000

# Each part has an end: a pattern that looks back over a long text from each of its letters takes seconds.
_SECRETS = r"password|secret|token|ticket|sessionid|csrf\w{0,20}|api[-_ ]?key"
_LEFT_OUT: tuple[tuple[re.Pattern[str], str], ...] = (
    # PostgreSQL repeats whole rows here.
    (re.compile(r"(?m)^([ \t]{0,40}(?:DETAIL|CONTEXT):).*$"), r"\1 [left out]"),
    (re.compile(r"(Failing row contains).*"), r"\1 [left out]"),
    (re.compile(r"(/(?:join|invited)/)[^/\s\"'?#<]+"), r"\1[token]"),
    (re.compile(r"(/password/new/|/email/confirm/)[^\s\"'?#]+"), r"\1[token]"),
    (re.compile(r"(?i)\b(bearer|basic|token)\s+[A-Za-z0-9._~+/=-]{8,}"), r"\1 [token]"),
    (re.compile(r"(\w{1,20}://[^\s:/@]{0,200}):[^\s@/]{1,500}@"), r"\1:[secret]@"),
    (re.compile(rf"(?i)([\"']?(?:{_SECRETS})[\"']?\s*[=:]\s*)[\"']?[^\s,;&\"'}}]{{6,}}"), r"\1[secret]"),
    (re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,10}"), "[email]"),
    (re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])"), "[address]"),
    (re.compile(r"(?<![\w:])(?:[0-9a-fA-F]{1,4}:){3,7}[0-9a-fA-F:]{1,}(?![\w:])"), "[address]"),
)


def without_secrets(text: str) -> str:
    text = text[:LONGEST_CHARACTERS]
    for found, instead in _LEFT_OUT:
        text = found.sub(instead, text)
    return text


class Json(JsonFormatter):
    """`at`, `level`, `logger`, `message`, and the ids of what it belongs to."""

    def add_fields(
        self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]
    ) -> None:
        log_data["at"] = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        log_data["level"] = record.levelname.lower()
        log_data["logger"] = record.name
        log_data["message"] = without_secrets(record.getMessage())
        log_data.update(context())
        log_data.update(_extras(record))
        if record.exc_info and record.exc_info[0] is not None:
            log_data["error"] = record.exc_info[0].__name__
            log_data["traceback"] = without_secrets("".join(self.formatException(record.exc_info)))


class Line(logging.Formatter):
    """For people at a terminal: a message is one line, whatever was put into it."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = _one_line(without_secrets(record.message))
        return super().formatMessage(record)

    def formatException(self, ei: Any) -> str:
        return without_secrets("".join(super().formatException(ei)))


def _extras(record: logging.LogRecord) -> dict[str, Any]:
    found = {name: getattr(record, name, None) for name in EXTRAS}
    return {name: _plain(value) for name, value in found.items() if value is not None}


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | float) else without_secrets(str(value))


def _one_line(text: str) -> str:
    """No line break of any kind, no control character that a terminal obeys."""
    return "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in text)
