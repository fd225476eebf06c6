"""What a report says, as frozen values: the one source of PDF, CSV and JSON.

It comes from the database (`reports.gather`) or from a replayed video (`reports.replayed`).
"""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from django.utils.translation import gettext_lazy

from proctoring.curve import CurvePoint
from proctoring.intervals import Interval
from reports.standing import Standing

SEVERITIES = ("critical", "warning", "info")

A_PERSON_DECIDES = gettext_lazy("A person decides; software never fails anybody.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Counts of flags, points 0..100, the observed share of the time 0..1 (`None`: not known)."""

    total_events: int
    critical_flags: int
    warning_flags: int
    info_flags: int
    integrity_score: float
    coverage: float | None
    recommendation: str
    duration_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A picture behind a flag; `jpeg` is `None` when it has been deleted by the retention rules."""

    url: str
    sha256: str
    jpeg: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """A person's verdict on a flag: its code, and what it is called."""

    code: str
    decision: str
    reason: str
    person: str
    decided_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What was measured at the moment of a flag; `None` is unknown."""

    face_count: int | None = None
    looking_away: bool | None = None
    phone_detected: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """One flag. `timestamp` is `None` in a replay, whose video does not say when it was made."""

    flag_id: str
    timestamp: datetime | None
    since_ms: int
    event_type: str
    label: str
    explanation: str
    severity: str
    duration_ms: int | None
    confidence: float | None
    risk_delta: float
    risk_total: float
    measured: Measured
    snapshot: Snapshot | None
    ruling: Ruling | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Digests:
    """What proves that the same log and policy give the same report."""

    log_root: str
    result: str
    engine: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditHead:
    """The newest entry of the institution's audit log when the report was made; `institution` is its slug.

    Whoever holds the report can show later that the log's end was cut off or written anew.
    """

    institution: str
    number: int
    sha256: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportContent:
    session_id: str
    candidate_id: str
    candidate_name: str
    exam_title: str
    institution: str
    zone: tzinfo
    started_at: datetime | None
    ended_at: datetime | None
    ending: str
    version: int
    summary: Summary
    curve: tuple[CurvePoint, ...]
    timeline: tuple[TimelineEntry, ...]
    policy_name: str
    policy_sha256: str
    digests: Digests
    notes: tuple[str, ...]
    adjusted: str = ""
    intervals: tuple[Interval, ...] = ()
    # None in a replay, which nobody reviews and no institution has asked for.
    standing: Standing | None = None
    audit: AuditHead | None = None


def clock(milliseconds: int) -> str:
    """00:01:23 since the session's start; hours are always written, so that columns line up."""
    seconds = milliseconds // 1000
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
