"""Reads a list of candidates from a CSV file as spreadsheets write it, and says by line what is wrong."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from exams.allowing import MOST_MINUTES
from exams.services import CandidateDetails

MAX_BYTES = 2 * 1024 * 1024
MAX_ROWS = 5000
MAX_PROBLEMS_SHOWN = 100
COLUMNS = ("external_id", "name", "email", "extra_minutes")
NEEDED = ("external_id", "name")
LONGEST = {"external_id": 100, "name": 200, "email": 254}
TEMPLATE = "external_id,name,email,extra_minutes\r\n20260001,Ada Example,ada@example.com,15\r\n"
TOO_BIG = f"The list is too big: at most {MAX_BYTES // 1024 // 1024} MB."


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and in which line of the file (None: in the file as a whole)."""

    line: int | None
    message: str


@dataclass(frozen=True, slots=True)
class Roster:
    rows: tuple[CandidateDetails, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    cells: list[str]


class _Unreadable(Exception):
    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.problem = Problem(line, message)


def read_roster(content: bytes, *, seated: frozenset[str] | set[str] = frozenset()) -> Roster:
    """The candidates of a file; `seated` are the external ids that the exam has already."""
    try:
        lines = _lines(_text(content))
        header = _header(next(lines, None))
        rows, problems = _rows(header, lines, seated)
    except _Unreadable as error:
        return Roster(problems=(error.problem,))
    return Roster(rows=() if problems else tuple(rows), problems=tuple(problems))


def decode(content: bytes) -> str:
    """UTF-8 or UTF-16 by its mark, else UTF-8, else the Windows encoding older spreadsheets write."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Latin-1 takes the five bytes that cp1252 leaves open.
        return (
            content.decode("cp1252", errors="replace") if _is_cp1252(content) else content.decode("latin-1")
        )


def _is_cp1252(content: bytes) -> bool:
    return not any(byte in content for byte in (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d"))


def _text(content: bytes) -> str:
    if len(content) > MAX_BYTES:
        raise _Unreadable(TOO_BIG)
    text = decode(content)
    if not text.strip():
        raise _Unreadable("The list is empty.")
    if "\0" in text:
        raise _Unreadable("This is not a CSV file. Save the table as “CSV UTF-8” and try again.")
    return text


def _lines(text: str) -> Iterator[_Line]:
    """The lines that hold anything, with the number at which each begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    number = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield _Line(number, [cell.strip() for cell in cells])
            number = reader.line_num + 1
    except csv.Error as error:
        raise _Unreadable("The quotation marks of this line do not match.", number) from error


def _delimiter(text: str) -> str:
    first = text.lstrip().split("\n", 1)[0]
    return max((",", ";", "\t"), key=first.count)


def _header(line: _Line | None) -> list[str]:
    names = [cell.lower().replace(" ", "_") for cell in line.cells] if line else []
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise _Unreadable(
            f"The first line must name the columns {', '.join(COLUMNS)}; missing: {', '.join(missing)}.",
            line.number if line else None,
        )
    twice = next((name for name in COLUMNS if names.count(name) > 1), None)
    if twice:
        raise _Unreadable(f"The column {twice} is there twice.", line.number if line else None)
    return names


def _rows(
    header: list[str], lines: Iterator[_Line], seated: frozenset[str] | set[str]
) -> tuple[list[CandidateDetails], list[Problem]]:
    rows: list[CandidateDetails] = []
    problems: list[Problem] = []
    first_line_of: dict[str, int] = {}
    for count, line in enumerate(lines, start=1):
        if count > MAX_ROWS:
            raise _Unreadable(f"More than {MAX_ROWS} candidates: split the list.", line.number)
        cells = dict(zip(header, line.cells + [""] * len(header), strict=False))
        minutes = cells.get("extra_minutes", "") or "0"
        details = CandidateDetails(
            external_id=cells["external_id"],
            name=cells["name"],
            email=cells.get("email", "").lower(),
            extra_minutes=int(minutes) if _is_minutes(minutes) else 0,
        )
        wrong = [*_wrong(header, line, details), *([] if _is_minutes(minutes) else [_no_minutes()])]
        wrong += _repeated(line.number, details, first_line_of, seated)
        problems += (Problem(line.number, message) for message in wrong)
        rows.append(details)
    if not rows:
        raise _Unreadable("There is a header but no candidate below it.")
    return rows, problems


def _is_minutes(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 4 and int(text) <= MOST_MINUTES


def _no_minutes() -> str:
    words = _("The extra_minutes must be a whole number between 0 and %(most)s.")
    return words % {"most": MOST_MINUTES}


def _wrong(header: list[str], line: _Line, details: CandidateDetails) -> Iterator[str]:
    if any(line.cells[len(header) :]):
        yield (
            f"{len(line.cells)} cells, but the header has {len(header)} columns. "
            "Is a name with a comma missing its quotation marks?"
        )
    for name in NEEDED:
        if not getattr(details, name):
            yield f"The {name} is missing."
    for name, longest in LONGEST.items():
        if len(getattr(details, name)) > longest:
            yield f"The {name} is longer than {longest} characters."
    if details.email:
        try:
            validate_email(details.email)
        except ValidationError:
            yield f"“{details.email[:100]}” is not an email address."
        else:
            # A Cyrillic a looks like ours and leads to somebody else's mailbox.
            if not details.email.isascii():
                yield f"“{details.email}” has letters that look like others: write its domain as xn--…"


def _repeated(
    number: int, details: CandidateDetails, first_line_of: dict[str, int], seated: frozenset[str] | set[str]
) -> Iterator[str]:
    if not details.external_id:
        return
    first = first_line_of.setdefault(details.external_id, number)
    if first != number:
        yield f"The external_id “{details.external_id}” is already in line {first}."
    elif details.external_id in seated:
        yield f"“{details.external_id}” is already a candidate of this exam."
