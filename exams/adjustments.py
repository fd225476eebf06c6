"""What an allowance changes for one sitting.

A sitting keeps its own copy, without the reason: what was switched off when the candidate agreed stays off,
and what detection was changed to at the start stays until the end.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet

from analysis.risk.areas import Adjustment
from exams.models import Allowance, Exam, Session
from exams.states import SessionState

MS_PER_MINUTE = 60_000


@dataclass(frozen=True, slots=True)
class Breaks:
    """How many breaks somebody may take, and how long each may be."""

    count: int = 0
    minutes: int = 0


@dataclass(frozen=True, slots=True)
class Adjustments:
    extra_ms: int = 0
    breaks: Breaks = field(default_factory=Breaks)
    detection: Adjustment = field(default_factory=Adjustment)

    @property
    def extra_minutes(self) -> int:
        return self.extra_ms // MS_PER_MINUTE

    def to_json(self) -> dict[str, Any]:
        """Nothing for nothing, so that an ordinary sitting holds an empty object."""
        told: dict[str, Any] = {}
        if self.extra_ms:
            told["extra_ms"] = self.extra_ms
        if self.breaks.count:
            told["breaks"] = {"count": self.breaks.count, "minutes": self.breaks.minutes}
        if self.detection.off:
            told["off"] = sorted(self.detection.off)
        if self.detection.patience:
            told["patience"] = dict(self.detection.patience)
        return told

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> "Adjustments":
        return cls(
            extra_ms=told.get("extra_ms", 0),
            breaks=Breaks(**told.get("breaks", {})),
            detection=_detection(told.get("off", []), told.get("patience", {})),
        )


def adjustments_of(session: Session) -> Adjustments:
    """What was adjusted for this sitting, as far as it has come."""
    return Adjustments.from_json(session.adjustments)


def granted(session: Session, now: datetime) -> Adjustments:
    """What the allowance gives for this sitting now; one for the exam goes before one for all exams."""
    return adjustments_from(live_allowances(now).filter(_for(session)).first(), session.exam)


def adjustments_from(allowance: Allowance | None, exam: Exam) -> Adjustments:
    if allowance is None:
        return Adjustments()
    share_minutes = -(-exam.duration_minutes * allowance.extra_percent // 100)
    return Adjustments(
        extra_ms=(allowance.extra_minutes + share_minutes) * MS_PER_MINUTE,
        breaks=Breaks(allowance.break_count, allowance.break_minutes),
        detection=_detection(allowance.switched_off, allowance.patience),
    )


def live_allowances(now: datetime) -> QuerySet[Allowance]:
    """Those that count, for one exam before those for all."""
    found = Allowance.objects.filter(Q(until__isnull=True) | Q(until__gt=now), ended_at__isnull=True)
    return found.order_by(F("exam").asc(nulls_last=True), "id")


def settled(session: Session, now: datetime) -> Adjustments:
    """What counts for a sitting before its start: what is granted now, and nothing watched that was off when
    the candidate agreed."""
    new = granted(session, now)
    if session.state == SessionState.INVITED:
        return new
    agreed = adjustments_of(session).detection
    detection = Adjustment(off=new.detection.off | agreed.off, patience=new.detection.patience)
    return Adjustments(extra_ms=new.extra_ms, breaks=new.breaks, detection=detection)


def deadline_of(exam: Exam, started_at: datetime, extra_ms: int) -> datetime:
    """When a sitting is over: more time for a person counts beyond the moment at which the exam closes."""
    by_duration = started_at + timedelta(minutes=exam.duration_minutes)
    usual = min(by_duration, exam.closes_at) if exam.closes_at else by_duration
    return usual + timedelta(milliseconds=extra_ms)


def _for(session: Session) -> Q:
    return Q(candidate=session.candidate_id) & (Q(exam=session.exam_id) | Q(exam__isnull=True))


def _detection(off: list[str], patience: dict[str, int]) -> Adjustment:
    return Adjustment(off=frozenset(off), patience=tuple(sorted(patience.items())))
