"""The event CSV of domain.md, one line a flag, and the intervals; nothing that a spreadsheet would run."""

from collections.abc import Iterable

from proctoring.intervals import Interval
from reports.content import ReportContent, TimelineEntry, clock
from reports.tables import csv_parts, number, truth

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
    "verdict",
    "verdict_reason",
    "verdict_by",
    "report_status",
)


INTERVAL_COLUMNS = ("start_s", "end_s", "interval_score", "flagged")


def events_csv(content: ReportContent) -> bytes:
    return b"".join(csv_parts(COLUMNS, (_cells(entry, content) for entry in content.timeline)))


def intervals_csv(intervals: Iterable[Interval]) -> bytes:
    """One line an interval; seconds since the session started."""
    rows = (
        (
            number(one.start_ms / 1000),
            number(one.end_ms / 1000),
            number(one.score),
            truth(one.flagged),
        )
        for one in intervals
    )
    return b"".join(csv_parts(INTERVAL_COLUMNS, rows))


def _cells(entry: TimelineEntry, content: ReportContent) -> tuple[str, ...]:
    at, ruling = entry.timestamp, entry.ruling
    return (
        # Without a date the time of day is unknown, so the clock counts from the start of the video.
        at.astimezone(content.zone).strftime("%H:%M:%S") if at else clock(entry.since_ms),
        f"{at.timestamp():.3f}" if at else "",
        entry.event_type,
        entry.severity,
        number(entry.confidence),
        number(entry.risk_delta),
        number(entry.risk_total),
        number(entry.measured.face_count),
        truth(entry.measured.looking_away),
        truth(entry.measured.phone_detected),
        entry.snapshot.url if entry.snapshot else "",
        ruling.code if ruling else "",
        ruling.reason if ruling else "",
        ruling.person if ruling else "",
        content.standing.words if content.standing else "",
    )
