"""The event CSV of domain.md, one line a flag, and the intervals; nothing that a spreadsheet would run."""

import csv
import io
from collections.abc import Iterable, Sequence

from proctoring.intervals import Interval
from reports.content import ReportContent, TimelineEntry, clock
from reports.plain_text import plain, spreadsheet_cell

COLUMNS = (
    "time_24h",
    "unix_time",
    "event",
    "severity",
    "confidence",
    "risk_delta",
    "risk_total",
    "face_count",
    "looking_away",
    "phone_detected",
    "snapshot_url",
)


INTERVAL_COLUMNS = ("start_s", "end_s", "interval_score", "flagged")


def events_csv(content: ReportContent) -> bytes:
    return _table(COLUMNS, (_cells(entry, content) for entry in content.timeline))


def intervals_csv(intervals: Iterable[Interval]) -> bytes:
    """One line an interval; seconds since the session started."""
    rows = (
        (
            _number(one.start_ms / 1000),
            _number(one.end_ms / 1000),
            _number(one.score),
            _truth(one.flagged),
        )
        for one in intervals
    )
    return _table(INTERVAL_COLUMNS, rows)


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([spreadsheet_cell(plain(cell, 2000)) for cell in row])
    # The mark at the start is what makes Excel read UTF-8.
    return text.getvalue().encode("utf-8-sig")


def _cells(entry: TimelineEntry, content: ReportContent) -> tuple[str, ...]:
    at = entry.timestamp
    return (
        # Without a date the time of day is unknown, so the clock counts from the start of the video.
        at.astimezone(content.zone).strftime("%H:%M:%S") if at else clock(entry.since_ms),
        f"{at.timestamp():.3f}" if at else "",
        entry.event_type,
        entry.severity,
        _number(entry.confidence),
        _number(entry.risk_delta),
        _number(entry.risk_total),
        _number(entry.measured.face_count),
        _truth(entry.measured.looking_away),
        _truth(entry.measured.phone_detected),
        entry.snapshot.url if entry.snapshot else "",
    )


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}".rstrip("0").rstrip(".")


def _truth(value: bool | None) -> str:
    return "" if value is None else str(value).lower()
