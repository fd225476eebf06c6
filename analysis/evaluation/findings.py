"""What was measured, as tables and sentences, and how it is written: Markdown, or plain for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.evaluation.statistics import Interval, PerHour, Rate

UNKNOWN = "unknown"
NOTHING = "-"


@dataclass(frozen=True, slots=True)
class Table:
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One kind: which detector answered, the tables, the files that went wrong, and what stays unmeasured."""

    kind: str
    title: str
    detector: str
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    unmeasured: tuple[str, ...] = ()


def percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def rate(found: Rate) -> str:
    """`11 of 12, 91.7 % (64.6 to 98.5)`."""
    if found.share is None or found.interval is None:
        return NOTHING
    low, high = 100 * found.interval.low, 100 * found.interval.high
    return f"{found.hits} of {found.of}, {percent(found.share)} ({low:.1f} to {high:.1f})"


def per_hour(found: PerHour) -> str:
    return f"{found.rate:.1f} ({found.interval.low:.1f} to {found.interval.high:.1f})"


def points(between: Interval) -> str:
    """The ends of a difference of shares, in percentage points."""
    return f"{100 * between.low:+.1f} to {100 * between.high:+.1f}"


def markdown(title: str, opening: Sequence[str], sections: Sequence[Section]) -> str:
    lines = [f"# {title}", ""]
    for sentence in opening:
        lines += [sentence, ""]
    for section in sections:
        lines += [f"## {section.title}", "", f"Detector: {section.detector}.", ""]
        for table in section.tables:
            lines += [f"{table.caption}:", "", *_markdown_table(table), ""]
        lines += [line for note in section.notes for line in (note, "")]
        lines += _listed("Went wrong:", section.wrong)
        lines += _listed("Not measured:", section.unmeasured)
    return "\n".join(lines).rstrip() + "\n"


def plain(title: str, opening: Sequence[str], sections: Sequence[Section]) -> str:
    lines = [title, "=" * len(title), *opening, ""]
    for section in sections:
        lines += [section.title, "-" * len(section.title), f"Detector: {section.detector}."]
        for table in section.tables:
            lines += ["", f"{table.caption}:", *_plain_table(table)]
        lines += ["", *section.notes] if section.notes else []
        for heading, items in (("Went wrong:", section.wrong), ("Not measured:", section.unmeasured)):
            lines += [heading, *(f"  {item}" for item in items)] if items else []
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _listed(heading: str, items: Sequence[str]) -> list[str]:
    return [heading, "", *(f"- {item}" for item in items), ""] if items else []


def _markdown_table(table: Table) -> list[str]:
    rule = ("---",) * len(table.columns)
    return [_row(table.columns), _row(rule), *(_row(row) for row in table.rows)]


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _plain_table(table: Table) -> list[str]:
    rows = [table.columns, *table.rows]
    widths = [max(len(row[column]) for row in rows) for column in range(len(table.columns))]
    return [
        "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
