"""What happened in a session, in order: flags and the browser's events in one table."""

import uuid
from dataclasses import dataclass

from exams.models import Session
from proctoring.break_words import break_words
from proctoring.models import Observation
from proctoring.queries import FlagRow, flag_rows
from proctoring.words import detail_words, event_words

SHOWN_AT_ONCE = 200
SAMPLED_STREAMS = ("video", "audio", "objects")


@dataclass(frozen=True, slots=True)
class TimelineFilter:
    """`kind` is all, flags or events; `severity` one of them or empty; `words` a part of the text."""

    kind: str = "all"
    severity: str = ""
    words: str = ""
    whole: bool = False


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    t_ms: int
    kind: str
    title: str
    detail: str
    severity: str
    duration_ms: int | None
    flag_id: uuid.UUID | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """`found` entries fit the filter, out of `total`; the oldest `entries` of them are shown."""

    entries: tuple[TimelineEntry, ...]
    found: int
    total: int


def timeline(session: Session, wanted: TimelineFilter) -> Timeline:
    entries = sorted([*_flags(session), *_events(session)], key=lambda entry: entry.t_ms)
    found = [entry for entry in entries if _fits(entry, wanted)]
    shown = found if wanted.whole else found[:SHOWN_AT_ONCE]
    return Timeline(tuple(shown), len(found), len(entries))


def _fits(entry: TimelineEntry, wanted: TimelineFilter) -> bool:
    if wanted.kind != "all" and f"{entry.kind}s" != wanted.kind:
        return False
    if wanted.severity and entry.severity != wanted.severity:
        return False
    return wanted.words.casefold() in f"{entry.title} {entry.detail}".casefold()


def _flags(session: Session) -> list[TimelineEntry]:
    return [_flag_entry(flag) for flag in flag_rows(session)]


def _flag_entry(flag: FlagRow) -> TimelineEntry:
    return TimelineEntry(
        t_ms=flag.since_ms,
        kind="flag",
        title=flag.label,
        detail="Not in the final replay" if flag.in_final is False else flag.explain,
        severity=flag.severity,
        duration_ms=flag.duration_ms,
        flag_id=flag.id,
        is_late=False,
    )


def _events(session: Session) -> list[TimelineEntry]:
    rows = (
        Observation.objects.filter(session=session)
        .exclude(stream__in=SAMPLED_STREAMS)
        .order_by("t_ms", "seq")
        .only("t_ms", "record", "is_late")
    )
    return [event_entry(row) for row in rows if row.record.get("ev")]


def _title(event: str, detail: object) -> str:
    of_a_break = isinstance(detail, dict) and "break" in detail
    return break_words(event) if of_a_break else event_words(event)


def event_entry(row: Observation) -> TimelineEntry:
    detail = row.record.get("detail")
    duration_ms = detail.get("duration_ms") if isinstance(detail, dict) else None
    return TimelineEntry(
        t_ms=row.t_ms,
        kind="event",
        title=_title(str(row.record["ev"]), detail),
        detail=detail_words(detail) if isinstance(detail, dict) else "",
        severity="",
        duration_ms=duration_ms if isinstance(duration_ms, int) else None,
        flag_id=None,
        is_late=row.is_late,
    )
