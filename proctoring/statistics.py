"""Numbers about many sessions: those under way, and those of one exam."""

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.db.models import Count, QuerySet

from exams import queries as exams
from exams.models import Exam, Session
from exams.states import ENDED, UNDER_WAY, SessionState
from proctoring.intervals import session_intervals
from proctoring.models import Decision, Flag, RiskState, Verdict
from proctoring.queries import SeverityCounts, coverage, flag_counts, is_online, risk_of
from proctoring.session_detail import recommendation

# As long as an interval lasts.
INTERVALS_FOR_S = 30


@dataclass(frozen=True, slots=True)
class ActiveSession:
    """Scores are milli-points; the intervals' may be up to `INTERVALS_FOR_S` old."""

    session: Session
    online: bool
    interval_milli: int
    flagged_intervals: int
    score_milli: int
    integrity_milli: int
    coverage: float | None
    flag_counts: SeverityCounts
    remaining_ms: int | None


@dataclass(frozen=True, slots=True)
class Overview:
    """`high_risk` are sessions under way with a critical flag."""

    total_sessions: int
    active_sessions: int
    by_state: dict[str, int]
    high_risk: int
    flags: SeverityCounts


@dataclass(frozen=True, slots=True)
class ExamStatistics:
    sessions: int
    by_state: dict[str, int]
    flags: SeverityCounts
    verdicts: dict[str, int]
    undecided: int
    recommendations: dict[str, int]
    mean_integrity_milli: int | None
    mean_coverage: float | None


def sessions_under_way() -> QuerySet[Session]:
    found: QuerySet[Session] = Session.objects.filter(state__in=UNDER_WAY)
    return found.select_related("exam", "candidate", "risk")


def active_sessions(sessions: Iterable[Session], now: datetime) -> list[ActiveSession]:
    """Of sessions from `sessions_under_way`, in their order."""
    listed = list(sessions)
    counts = flag_counts([session.id for session in listed])
    return [_active(session, counts.get(session.id, SeverityCounts()), now) for session in listed]


def overview() -> Overview:
    counted = dict(Session.objects.order_by().values_list("state").annotate(Count("id")))
    active = Session.objects.filter(state__in=UNDER_WAY)
    ids = list(active.values_list("id", flat=True))
    critical = Flag.objects.filter(session_id__in=ids, severity="critical").exclude(in_final=False)
    return Overview(
        total_sessions=sum(counted.values()),
        active_sessions=len(ids),
        by_state={state.value: counted.get(state.value, 0) for state in SessionState},
        high_risk=critical.values("session_id").distinct().count(),
        flags=_sum(flag_counts(ids).values()),
    )


def exam_statistics(exam: Exam, now: datetime) -> ExamStatistics:
    sessions = list(Session.objects.filter(exam=exam).select_related("exam", "risk"))
    ids = [session.id for session in sessions]
    flags = _sum(flag_counts(ids).values())
    verdicts = _verdicts(ids)
    ended = [session for session in sessions if session.state in ENDED and session.started_at is not None]
    seen = [share for session in ended if (share := coverage(session, now)) is not None]
    integrity = [risk.integrity_milli for session in ended if (risk := risk_of(session)) is not None]
    states = exams.state_counts(exam)
    return ExamStatistics(
        sessions=len(sessions),
        by_state={state.value: states.get(state, 0) for state in SessionState},
        flags=flags,
        verdicts=verdicts,
        undecided=flags.total - sum(verdicts.values()),
        recommendations=_recommendations(ended, now),
        mean_integrity_milli=round(sum(integrity) / len(integrity)) if integrity else None,
        mean_coverage=sum(seen) / len(seen) if seen else None,
    )


def _active(session: Session, counts: SeverityCounts, now: datetime) -> ActiveSession:
    risk: RiskState | None = risk_of(session)
    interval_milli, flagged_intervals = _intervals(session, now)
    return ActiveSession(
        session=session,
        online=is_online(session, now),
        interval_milli=interval_milli,
        flagged_intervals=flagged_intervals,
        score_milli=risk.score_milli if risk else 0,
        integrity_milli=risk.integrity_milli if risk else 100_000,
        coverage=coverage(session, now),
        flag_counts=counts,
        remaining_ms=session.remaining_ms(now),
    )


def _intervals(session: Session, now: datetime) -> tuple[int, int]:
    """The points of the interval that runs now, and how many were flagged."""
    key = f"running-intervals:{session.id}"
    known: tuple[int, int] | None = cache.get(key)
    if known is not None:
        return known
    # The whole log is read for it, 0.1 s for an hour: too much for everybody who asks every second.
    found = session_intervals(session, now)
    told = (found[-1].points_milli if found else 0, sum(interval.flagged for interval in found))
    cache.set(key, told, timeout=INTERVALS_FOR_S)
    return told


def _sum(counts: Iterable[SeverityCounts]) -> SeverityCounts:
    listed = list(counts)
    return SeverityCounts(
        critical=sum(one.critical for one in listed),
        warning=sum(one.warning for one in listed),
        info=sum(one.info for one in listed),
    )


def _verdicts(session_ids: list[uuid.UUID]) -> dict[str, int]:
    given = Verdict.objects.filter(flag__session_id__in=session_ids).exclude(flag__in_final=False)
    counted = dict(given.order_by().values_list("decision").annotate(Count("id")))
    return {decision.value: counted.get(decision.value, 0) for decision in Decision}


def _recommendations(ended: list[Session], now: datetime) -> dict[str, int]:
    found = (recommendation(risk_of(session), coverage(session, now)) for session in ended)
    return dict(Counter(one.code for one in found if one is not None))
