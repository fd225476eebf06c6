"""Numbers about sittings that are over, of one exam or the institution, counted by the database.

A sitting belongs to the day on which it ended. Flags that the final replay does not know are left out.
Nothing here judges anybody: the numbers are about exams and detectors.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from django.db.models import (
    Avg,
    BigIntegerField,
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    Q,
    QuerySet,
    Sum,
)
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, TruncDate

from exams.models import Exam, Session
from proctoring.models import Flag, Observation, RiskState
from proctoring.queries import SEVERITIES, SeverityCounts
from proctoring.verdict_counts import RuleVerdicts, verdict_counts

DAYS_ONE_BY_ONE = 62
TROUBLE = ("offline", "online", "camera_lost", "microphone_lost")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which sittings: of one exam or all, ended from `since` on and before `until`, on days of `zone`."""

    zone: tzinfo
    exam: Exam | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def ended(self) -> Q:
        wanted = Q(started_at__isnull=False, ended_at__isnull=False)
        wanted &= Q(exam=self.exam) if self.exam else Q()
        wanted &= Q(ended_at__gte=self.since) if self.since else Q()
        return wanted & (Q(ended_at__lt=self.until) if self.until else Q())


@dataclass(frozen=True, slots=True)
class Seen:
    """Sums over sittings; their shares are None where there is nothing to divide."""

    sittings: int = 0
    integrity_milli: float | None = None
    covered_s: int = 0
    watched_s: int = 0

    @property
    def coverage(self) -> float | None:
        """The share of the watched time that was really analysed, 0 to 1."""
        return min(1.0, self.covered_s / self.watched_s) if self.watched_s > 0 else None


@dataclass(frozen=True, slots=True)
class Step:
    """A day, or the week that begins on it where there are many days."""

    day: date
    seen: Seen
    flags: SeverityCounts


@dataclass(frozen=True, slots=True)
class FlagType:
    """One rule's flags: how severe, in how many sittings, and what people decided."""

    severity: str
    sittings: int
    verdicts: RuleVerdicts


@dataclass(frozen=True, slots=True)
class Trouble:
    """Technical trouble, which costs nobody a point; each count with the sittings that it touched."""

    frames_recorded: int
    frames_refused: int
    frames_dropped: int
    frames_unavailable: int
    offline: int
    offline_sittings: int
    offline_ms: int
    camera_lost: int
    camera_lost_sittings: int
    microphone_lost: int
    microphone_lost_sittings: int
    late_records: int
    changed_sittings: int


@dataclass(frozen=True, slots=True)
class Analytics:
    total: Seen
    flags: SeverityCounts
    weekly: bool
    steps: tuple[Step, ...]
    types: tuple[FlagType, ...]
    trouble: Trouble


def analytics(scope: Scope) -> Analytics:
    seen, flags = _seen_by_day(scope), _flags_by_day(scope)
    steps = [Step(day, seen[day], flags.get(day, SeverityCounts())) for day in sorted(seen)]
    weekly = len(steps) > DAYS_ONE_BY_ONE
    return Analytics(
        total=_joined(step.seen for step in steps),
        flags=_added(step.flags for step in steps),
        weekly=weekly,
        steps=tuple(_weeks(steps) if weekly else steps),
        types=_types(scope),
        trouble=_trouble(scope),
    )


def sessions_of(scope: Scope) -> QuerySet[Session]:
    return Session.objects.filter(scope.ended)


def flags_of(scope: Scope) -> QuerySet[Flag]:
    return Flag.objects.filter(session__in=sessions_of(scope)).exclude(in_final=False)


def seen_by(sessions: QuerySet[Session], *keys: str) -> dict[Any, Seen]:
    """Sums by the values of `keys` (annotations or fields); a single key is not wrapped in a tuple."""
    lasted = ExpressionWrapper(F("ended_at") - F("started_at"), output_field=DurationField())
    # Where the camera was left out for a person, nothing could be covered.
    watched = Q(exam__watch_webcam=True) & (Q(off__isnull=True) | ~Q(off__contains='"camera"'))
    rows = (
        sessions.annotate(off=KT("adjustments__off"))
        .order_by()
        .values(*keys)
        .annotate(
            sittings=Count("id"),
            integrity=Avg("risk__integrity_milli"),
            covered=Sum("risk__covered_seconds", filter=watched),
            lasted=Sum(lasted, filter=watched),
            paused=Sum("paused_ms", filter=watched),
        )
    )
    return {row[keys[0]] if len(keys) == 1 else tuple(row[key] for key in keys): _seen(row) for row in rows}


def _seen(row: dict[str, Any]) -> Seen:
    lasted_s = (row["lasted"] or timedelta()) // timedelta(seconds=1)
    return Seen(
        sittings=row["sittings"],
        integrity_milli=row["integrity"],
        covered_s=row["covered"] or 0,
        watched_s=max(0, lasted_s - (row["paused"] or 0) // 1000),
    )


def _seen_by_day(scope: Scope) -> dict[date, Seen]:
    return seen_by(sessions_of(scope).annotate(day=TruncDate("ended_at", tzinfo=scope.zone)), "day")


def _flags_by_day(scope: Scope) -> dict[date, SeverityCounts]:
    rows = (
        flags_of(scope)
        .order_by()
        .values_list(TruncDate("session__ended_at", tzinfo=scope.zone), "severity")
        .annotate(number=Count("id"))
    )
    found: dict[date, dict[str, int]] = defaultdict(dict)
    for day, severity, number in rows:
        found[day][severity] = number
    return {
        day: SeverityCounts(*(numbers.get(one, 0) for one in SEVERITIES)) for day, numbers in found.items()
    }


def _weeks(steps: list[Step]) -> list[Step]:
    weeks: dict[date, list[Step]] = defaultdict(list)
    for step in steps:
        weeks[step.day - timedelta(days=step.day.weekday())].append(step)
    return [
        Step(monday, _joined(day.seen for day in days), _added(day.flags for day in days))
        for monday, days in weeks.items()
    ]


def _joined(parts: Iterable[Seen]) -> Seen:
    listed = list(parts)
    known = [(part.sittings, part.integrity_milli) for part in listed if part.integrity_milli is not None]
    count = sum(number for number, _mean in known)
    return Seen(
        sittings=sum(part.sittings for part in listed),
        integrity_milli=sum(number * mean for number, mean in known) / count if count else None,
        covered_s=sum(part.covered_s for part in listed),
        watched_s=sum(part.watched_s for part in listed),
    )


def _added(counts: Iterable[SeverityCounts]) -> SeverityCounts:
    listed = list(counts)
    return SeverityCounts(*(sum(getattr(one, severity) for one in listed) for severity in SEVERITIES))


def _types(scope: Scope) -> tuple[FlagType, ...]:
    rows = flags_of(scope).order_by().values_list("rule")
    counted_rows = rows.annotate(
        critical=Count("id", filter=Q(severity="critical")),
        warning=Count("id", filter=Q(severity="warning")),
        sittings=Count("session_id", distinct=True),
    )
    facts = {
        rule: ("critical" if critical else "warning" if warning else "info", sittings)
        for rule, critical, warning, sittings in counted_rows
    }
    counted = verdict_counts(exam=scope.exam, since=scope.since, until=scope.until)
    return tuple(FlagType(*facts[one.rule], one) for one in counted if one.rule in facts)


def _trouble(scope: Scope) -> Trouble:
    frames = ("recorded", "refused", "dropped", "unavailable")
    risks = RiskState.objects.filter(session__in=sessions_of(scope)).aggregate(
        **{f"frames_{one}": Sum(f"frames_{one}") for one in frames},
        changed_sittings=Count("id", filter=Q(changed_after_late_data=True)),
    )
    events = _events(scope)
    late = Observation.objects.filter(session__in=sessions_of(scope), is_late=True).count()
    return Trouble(
        **{name: number or 0 for name, number in risks.items()},
        **{
            f"{name}{suffix}": events[name][place]
            for name in ("offline", "camera_lost", "microphone_lost")
            for place, suffix in enumerate(("", "_sittings"))
        },
        offline_ms=events["online"][2],
        late_records=late,
    )


def _events(scope: Scope) -> dict[str, tuple[int, int, int]]:
    """By event: how often, in how many sittings, and the milliseconds that its details tell."""
    lasted = Cast(KT("record__detail__duration_ms"), BigIntegerField())
    rows = (
        Observation.objects.filter(session__in=sessions_of(scope), stream="browser", record__ev__in=TROUBLE)
        .order_by()
        .values_list("record__ev")
        .annotate(number=Count("id"), sittings=Count("session_id", distinct=True), lasted_ms=Sum(lasted))
    )
    found = dict.fromkeys(TROUBLE, (0, 0, 0))
    found |= {event: (number, sittings, lasted_ms or 0) for event, number, sittings, lasted_ms in rows}
    return found
