"""What the live wall and the session page read, as values; queries never grow with the rows."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery

from exams.models import Exam, Session
from exams.states import UNDER_WAY, SessionState
from proctoring.coverage import share_covered
from proctoring.curve import CurvePoint, downsample
from proctoring.models import Flag, Observation, RiskState, Unusualness, Verdict

SEVERITIES = ("critical", "warning", "info")


@dataclass(frozen=True, slots=True)
class SeverityCounts:
    critical: int = 0
    warning: int = 0
    info: int = 0

    @property
    def total(self) -> int:
        return self.critical + self.warning + self.info


@dataclass(frozen=True, slots=True)
class FlagBrief:
    """A flag in a few words, for a tile or a marker on the curve."""

    id: uuid.UUID
    rule: str
    label: str
    severity: str
    since_ms: int
    t_ms: int
    has_evidence: bool = False


@dataclass(frozen=True, slots=True)
class WallRow:
    """One tile of the live wall; scores are milli-points, coverage a share, None where nothing is due."""

    id: uuid.UUID
    candidate: str
    external_id: str
    state: SessionState
    online: bool
    score_milli: int
    integrity_milli: int
    coverage: float | None
    last_video_seq: int
    watches_screen: bool
    newest_flag: FlagBrief | None
    flag_counts: SeverityCounts
    open_flags: tuple[FlagBrief, ...]
    started_at: datetime | None
    remaining_ms: int | None
    unusual: float | None


@dataclass(frozen=True, slots=True)
class VerdictRow:
    decision: str
    label: str
    reason: str
    decided_by: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class FlagRow:
    """A flag with its evidence and verdict; `end_ms` is None while it is open or for a single moment."""

    id: uuid.UUID
    session_id: uuid.UUID
    rule: str
    label: str
    explain: str
    severity: str
    since_ms: int
    t_ms: int
    end_ms: int | None
    is_open: bool
    in_final: bool | None
    confidence: float | None
    delta_milli: int
    score_milli: int
    has_evidence: bool
    evidence_t_ms: int | None
    verdict: VerdictRow | None
    screen_t_ms: int | None = None

    @property
    def duration_ms(self) -> int | None:
        return None if self.end_ms is None else self.end_ms - self.since_ms


@dataclass(frozen=True, slots=True)
class Curve:
    points: tuple[CurvePoint, ...]
    flags: tuple[FlagBrief, ...]
    duration_ms: int


def sessions_on_wall(exam: Exam) -> QuerySet[Session]:
    return Session.objects.filter(exam=exam).exclude(state=SessionState.CANCELLED)


def wall_rows(exam: Exam, now: datetime) -> list[WallRow]:
    """Every session of the exam, by candidate's name; the page decides the order."""
    newest = Flag.objects.filter(session=OuterRef("pk")).exclude(in_final=False).order_by("-t_ms", "-id")
    sessions = list(
        sessions_on_wall(exam)
        .select_related("candidate", "risk", "exam", "unusualness")
        .annotate(newest_flag_id=Subquery(newest.values("id")[:1]))
    )
    ids = [session.id for session in sessions]
    newest_flags = Flag.objects.select_related("evidence").in_bulk(
        [s.newest_flag_id for s in sessions if s.newest_flag_id]
    )
    counts, opened = flag_counts(ids), _open_flags(ids)
    return [
        _wall_row(
            session,
            newest_flags.get(session.newest_flag_id),
            counts.get(session.id, SeverityCounts()),
            opened[session.id],
            now,
        )
        for session in sessions
    ]


def _wall_row(
    session: Session,
    newest: Flag | None,
    counts: SeverityCounts,
    opened: list[FlagBrief],
    now: datetime,
) -> WallRow:
    risk, unusualness = risk_of(session), unusualness_of(session)
    return WallRow(
        id=session.id,
        candidate=session.candidate.name,
        external_id=session.candidate.external_id,
        state=SessionState(session.state),
        online=is_online(session, now),
        score_milli=risk.score_milli if risk else 0,
        integrity_milli=risk.integrity_milli if risk else 100_000,
        coverage=coverage(session, now),
        last_video_seq=risk.last_video_seq if risk else 0,
        watches_screen=session.watched.watch_screen,
        newest_flag=flag_brief(newest) if newest else None,
        flag_counts=counts,
        open_flags=tuple(opened),
        started_at=session.started_at,
        remaining_ms=session.remaining_ms(now) if session.state in UNDER_WAY else None,
        unusual=unusualness.score if unusualness else None,
    )


def unusualness_of(session: Session) -> Unusualness | None:
    """That of a session loaded with select_related("unusualness"); there is none before the end."""
    return getattr(session, "unusualness", None)


def risk_of(session: Session) -> RiskState | None:
    """The risk row of a session loaded with select_related("risk"); there is none before the start."""
    return getattr(session, "risk", None)


def is_online(session: Session, now: datetime) -> bool:
    risk = risk_of(session)
    return risk is not None and risk.is_online(now) and not session.has_ended


def coverage(session: Session, now: datetime) -> float | None:
    """The share of the sitting that was really seen; None before its first second or without a camera."""
    risk, lasted_ms = risk_of(session), session.elapsed_ms(session.ended_at or now)
    if risk is None or lasted_ms is None or not session.watched.watch_webcam:
        return None
    return share_covered(risk.covered_seconds, lasted_ms - session.paused_until_ms(now))


def flag_counts(session_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, SeverityCounts]:
    """Flags by severity; those that the final replay does not know are left out."""
    rows = (
        Flag.objects.filter(session_id__in=list(session_ids))
        .exclude(in_final=False)
        .values_list("session_id", "severity")
        .order_by()
        .annotate(number=Count("id"))
    )
    found: dict[uuid.UUID, dict[str, int]] = defaultdict(dict)
    for session_id, severity, number in rows:
        found[session_id][severity] = number
    return {
        session_id: SeverityCounts(*(numbers.get(severity, 0) for severity in SEVERITIES))
        for session_id, numbers in found.items()
    }


def _open_flags(session_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[FlagBrief]]:
    found: dict[uuid.UUID, list[FlagBrief]] = defaultdict(list)
    flags = Flag.objects.filter(session_id__in=list(session_ids), is_open=True).exclude(in_final=False)
    for flag in flags.select_related("evidence").order_by("t_ms", "rule"):
        found[flag.session_id].append(flag_brief(flag))
    return found


def flag_brief(flag: Flag) -> FlagBrief:
    return FlagBrief(
        flag.id, flag.rule, flag.label, flag.severity, flag.since_ms, flag.t_ms, hasattr(flag, "evidence")
    )


def flag_rows(session: Session) -> list[FlagRow]:
    """In the order in which they were raised."""
    return [
        flag_row(flag)
        for flag in flags_with_verdicts().filter(session=session).order_by("t_ms", "rule", "id")
    ]


def flags_with_verdicts() -> QuerySet[Flag]:
    return Flag.objects.select_related("evidence", "screen", "verdict__decided_by")


def flag_row(flag: Flag) -> FlagRow:
    evidence = getattr(flag, "evidence", None)
    screen = getattr(flag, "screen", None)
    verdict = getattr(flag, "verdict", None)
    return FlagRow(
        id=flag.id,
        session_id=flag.session_id,
        rule=flag.rule,
        label=flag.label or flag.rule.replace("_", " ").capitalize(),
        explain=flag.explain,
        severity=flag.severity,
        since_ms=flag.since_ms,
        t_ms=flag.t_ms,
        end_ms=flag.end_ms,
        is_open=flag.is_open,
        in_final=flag.in_final,
        confidence=flag.confidence,
        delta_milli=flag.delta_milli,
        score_milli=flag.score_milli,
        has_evidence=evidence is not None,
        evidence_t_ms=evidence.t_ms if evidence else None,
        verdict=_verdict_row(verdict) if verdict else None,
        screen_t_ms=screen.t_ms if screen else None,
    )


def _verdict_row(verdict: Verdict) -> VerdictRow:
    return VerdictRow(
        decision=verdict.decision,
        label=verdict.get_decision_display(),
        reason=verdict.reason,
        decided_by=str(verdict.decided_by) if verdict.decided_by else "A person who has left",
        decided_at=verdict.decided_at,
    )


def curve(session: Session, now: datetime) -> Curve:
    """The score at every record that was folded, thinned, with the flags as markers."""
    scores: Any = (
        Observation.objects.filter(session=session, score_milli__isnull=False)
        .order_by("t_ms", "id")
        .values_list("t_ms", "score_milli")
    )
    flags = (
        Flag.objects.select_related("evidence")
        .filter(session=session)
        .exclude(in_final=False)
        .order_by("t_ms", "rule")
    )
    points = downsample([CurvePoint(t_ms, score_milli) for t_ms, score_milli in scores])
    lasted_ms = session.elapsed_ms(session.ended_at or now) or 0
    return Curve(tuple(points), tuple(flag_brief(flag) for flag in flags), max(0, lasted_ms))
