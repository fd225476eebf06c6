"""Tables and lists written piece by piece: the whole is never in memory."""

import csv
import io
import json
from collections.abc import Generator, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from reports.plain_text import plain, spreadsheet_cell

LONGEST_CELL = 2000


def csv_parts(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Generator[bytes]:
    """RFC 4180, a line a part; no cell is one that a spreadsheet would run."""
    # The mark at the start is what makes Excel read UTF-8.
    yield _line(columns).encode("utf-8-sig")
    for row in rows:
        yield _line([spreadsheet_cell(plain(cell, LONGEST_CELL)) for cell in row]).encode()


def json_parts(head: Mapping[str, Any], name: str, rows: Iterable[Mapping[str, Any]]) -> Generator[bytes]:
    """An object with what `head` holds and, under `name`, the list of rows, a row a part."""
    start = _object(head)[:-1] + (", " if head else "")
    yield f"{start}{json.dumps(name)}: [".encode()
    for place, row in enumerate(rows):
        yield f"{',' if place else ''}\n{_object(row)}".encode()
    yield b"\n]}\n"


def instant(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z") if at else None


def number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}".rstrip("0").rstrip(".")


def truth(value: bool | None) -> str:
    return "" if value is None else str(value).lower()


def _line(cells: Sequence[str]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue()


def _object(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False)
