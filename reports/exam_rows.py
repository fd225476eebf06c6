"""The sittings of an exam as values, a batch at a time: an exam of ten thousand is read as one of ten."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from exams.models import Exam, Session
from proctoring.coverage import recommended
from proctoring.models import Flag, Review, ReviewState, RiskState, Verdict
from proctoring.queries import coverage, risk_of

BATCH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictLine:
    decision: str
    reason: str
    decided_by: str
    decided_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagLine:
    """A flag that the final replay knows, with the person's decision on it."""

    id: uuid.UUID
    rule: str
    label: str
    severity: str
    since_ms: int
    duration_ms: int | None
    confidence: float | None
    verdict: VerdictLine | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionLine:
    """What a person decided on the sitting."""

    recommendation: str
    reason: str
    decided_by: str
    decided_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SittingLine:
    """One candidate's sitting; what is not known yet is None. Scores are points, 0 to 100 for integrity."""

    session_id: uuid.UUID
    candidate_id: str
    candidate_name: str
    email: str
    state: str
    started_at: datetime | None
    ended_at: datetime | None
    duration_ms: int | None
    integrity_score: float | None
    risk_score: float | None
    coverage: float | None
    recommendation: str | None
    report_version: int | None
    review_state: str | None
    decision: DecisionLine | None
    flags: tuple[FlagLine, ...]

    def with_severity(self, severity: str) -> int:
        return sum(flag.severity == severity for flag in self.flags)

    def with_decision(self, decision: str) -> int:
        return sum(flag.verdict is not None and flag.verdict.decision == decision for flag in self.flags)

    @property
    def undecided(self) -> int:
        return sum(flag.verdict is None for flag in self.flags)


def sittings_of(exam: Exam, now: datetime) -> Iterator[SittingLine]:
    """By candidate's name; each batch is read when it is asked for."""
    order = ("candidate__name", "candidate__external_id", "id")
    ids = list(Session.objects.filter(exam=exam).order_by(*order).values_list("id", flat=True))
    for place in range(0, len(ids), BATCH):
        yield from _batch(ids[place : place + BATCH], now)


def _batch(ids: list[uuid.UUID], now: datetime) -> list[SittingLine]:
    sessions = (
        Session.objects.select_related("exam", "candidate", "risk", "review__decided_by")
        .annotate(newest_report=Max("reports__version"))
        .in_bulk(ids)
    )
    flags = _flags(ids)
    # A sitting that was deleted meanwhile is not in the list.
    return [_sitting(sessions[one], tuple(flags.get(one, ())), now) for one in ids if one in sessions]


def _flags(ids: list[uuid.UUID]) -> dict[uuid.UUID, list[FlagLine]]:
    found: dict[uuid.UUID, list[FlagLine]] = {}
    rows = Flag.objects.filter(session_id__in=ids).exclude(in_final=False)
    for flag in rows.select_related("verdict__decided_by").order_by("t_ms", "rule", "id"):
        found.setdefault(flag.session_id, []).append(_flag(flag))
    return found


def _flag(flag: Flag) -> FlagLine:
    verdict: Verdict | None = getattr(flag, "verdict", None)
    return FlagLine(
        id=flag.id,
        rule=flag.rule,
        label=flag.label,
        severity=flag.severity,
        since_ms=flag.since_ms,
        duration_ms=None if flag.end_ms is None else max(0, flag.end_ms - flag.since_ms),
        confidence=flag.confidence,
        verdict=_verdict(verdict) if verdict else None,
    )


def _verdict(verdict: Verdict) -> VerdictLine:
    return VerdictLine(
        decision=verdict.decision,
        reason=verdict.reason,
        decided_by=verdict.decided_by.email if verdict.decided_by else "",
        decided_at=verdict.decided_at,
    )


def _sitting(session: Session, flags: tuple[FlagLine, ...], now: datetime) -> SittingLine:
    risk = risk_of(session)
    seen = coverage(session, now)
    return SittingLine(
        session_id=session.id,
        candidate_id=session.candidate.external_id,
        candidate_name=session.candidate.name,
        email=session.candidate.email,
        state=session.state,
        started_at=session.started_at,
        ended_at=session.ended_at,
        duration_ms=session.elapsed_ms(session.ended_at or now),
        integrity_score=risk.integrity_milli / 1000 if risk else None,
        risk_score=risk.score_milli / 1000 if risk else None,
        coverage=None if seen is None else round(seen, 4),
        recommendation=_recommendation(risk, seen),
        report_version=session.newest_report,  # type: ignore[attr-defined]
        review_state=review_state(session),
        decision=_decision(session),
        flags=flags,
    )


def review_state(session: Session) -> str | None:
    """How far the review is; there is none before the end of the sitting."""
    if not session.has_ended or session.started_at is None:
        return None
    review: Review | None = getattr(session, "review", None)
    return review.state if review else ReviewState.UNREVIEWED.value


def _decision(session: Session) -> DecisionLine | None:
    review: Review | None = getattr(session, "review", None)
    if review is None or review.decided_at is None:
        return None
    return DecisionLine(
        recommendation=review.outcome,
        reason=review.reason,
        decided_by=review.decided_by.email if review.decided_by else "",
        decided_at=review.decided_at,
    )


def _recommendation(risk: RiskState | None, seen: float | None) -> str | None:
    """There is none before the final replay."""
    if risk is None or risk.final is None:
        return None
    return recommended(risk.final["report"]["recommendation"], seen)
