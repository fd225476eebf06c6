"""What the head of the session page says: scores, coverage, the recommendation and how far the report is."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from analysis.risk.policy import PolicyError, parse_policy
from analysis.risk.result import report_of
from analysis.risk.state import RiskState as Fold
from analysis.risk.state import StateError
from exams.models import Session
from exams.states import UNDER_WAY, SessionState
from jobs.models import Job, JobState
from proctoring.coverage import recommended
from proctoring.models import RiskState
from proctoring.queries import SeverityCounts, coverage, flag_counts, is_online, risk_of
from proctoring.words import RECOMMENDATIONS

REPORT_KINDS = ("proctoring.finalise", "reports.render")


class ReportStage(StrEnum):
    NOT_YET = "not_yet"
    BEING_MADE = "being_made"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class LedgerScore:
    label: str
    milli: int


@dataclass(frozen=True, slots=True)
class FrameCounts:
    recorded: int
    refused: int
    unavailable: int
    dropped: int


@dataclass(frozen=True, slots=True)
class ScreenSeen:
    """`share` of the sitting without its pauses, None before a second of it is over."""

    pictures: int
    share: float | None


@dataclass(frozen=True, slots=True)
class Recommendation:
    code: str
    label: str
    meaning: str


@dataclass(frozen=True, slots=True)
class SessionDetail:
    """Scores are milli-points; coverage is a share, None before a second of the sitting is over."""

    id: uuid.UUID
    exam_id: uuid.UUID
    exam_title: str
    candidate: str
    external_id: str
    state: SessionState
    online: bool
    last_seen_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    end_reason: str
    elapsed_ms: int | None
    remaining_ms: int | None
    without_baseline: bool
    score_milli: int
    integrity_milli: int
    coverage: float | None
    ledgers: tuple[LedgerScore, ...]
    frames: FrameCounts
    screen: ScreenSeen | None
    last_video_seq: int
    flag_counts: SeverityCounts
    recommendation: Recommendation | None
    policy_name: str
    policy_sha256: str
    sensitivity: str
    final_digest: str
    is_final: bool
    changed_after_late_data: bool
    report: ReportStage
    report_progress: float

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY

    @property
    def is_at_the_check(self) -> bool:
        return self.state in (SessionState.CHECKING, SessionState.READY)


def session_detail(session: Session, now: datetime) -> SessionDetail:
    """Of a session loaded with its exam, candidate and risk."""
    risk = risk_of(session)
    stage, progress = report_stage(session, risk)
    seen = coverage(session, now)
    return SessionDetail(
        id=session.id,
        exam_id=session.exam_id,
        exam_title=session.exam.title,
        candidate=session.candidate.name,
        external_id=session.candidate.external_id,
        state=SessionState(session.state),
        online=is_online(session, now),
        last_seen_at=risk.last_seen_at if risk else None,
        started_at=session.started_at,
        ended_at=session.ended_at,
        end_reason=session.end_reason,
        elapsed_ms=session.elapsed_ms(session.ended_at or now),
        remaining_ms=session.remaining_ms(now) if session.state in UNDER_WAY else None,
        without_baseline=session.without_baseline,
        score_milli=risk.score_milli if risk else 0,
        integrity_milli=risk.integrity_milli if risk else 100_000,
        coverage=seen,
        ledgers=_ledgers(risk),
        frames=_frames(risk),
        screen=_screen(session, risk, now),
        last_video_seq=risk.last_video_seq if risk else 0,
        flag_counts=flag_counts([session.id]).get(session.id, SeverityCounts()),
        recommendation=recommendation(risk, seen),
        policy_name=risk.policy_name if risk else session.exam.risk_policy,
        policy_sha256=risk.policy_sha256 if risk else "",
        sensitivity=_sensitivity(risk),
        final_digest=risk.final_digest if risk else "",
        is_final=bool(risk and risk.final is not None),
        changed_after_late_data=bool(risk and risk.changed_after_late_data),
        report=stage,
        report_progress=progress,
    )


def recommendation(risk: RiskState | None, seen: float | None) -> Recommendation | None:
    """What the rules and the coverage recommend now; of the final replay once there is one."""
    by_rules = _recommendation_code(risk)
    if by_rules is None:
        return None
    code = recommended(by_rules, seen)
    label, meaning = RECOMMENDATIONS.get(code, (code, ""))
    return Recommendation(code, label, meaning)


def _recommendation_code(risk: RiskState | None) -> str | None:
    if risk is None:
        return None
    if risk.final is not None:
        return str(risk.final.get("report", {}).get("recommendation", "")) or None
    try:
        return report_of(Fold.from_json(risk.fold), parse_policy(risk.policy)).recommendation
    except (StateError, PolicyError):
        return None


def _ledgers(risk: RiskState | None) -> tuple[LedgerScore, ...]:
    if risk is None:
        return ()
    if risk.final is not None:
        points: dict[str, Any] = risk.final.get("ledgers", {})
        return tuple(LedgerScore(_ledger_label(name), round(value * 1000)) for name, value in points.items())
    folded: dict[str, Any] = risk.fold.get("ledgers", {})
    return tuple(LedgerScore(_ledger_label(name), state["balance_milli"]) for name, state in folded.items())


def _ledger_label(name: str) -> str:
    words = {
        "permanent": _("Permanent score"),
        "temporary": _("Temporary score"),
    }
    return words.get(name) or _("%(name)s score") % {"name": name.replace("_", " ").capitalize()}


def _sensitivity(risk: RiskState | None) -> str:
    """Of the policy that the sitting follows; empty where it gathers no evidence."""
    if risk is None or "detect" not in risk.policy:
        return ""
    return str(risk.policy.get("sensitivity", "normal"))


def _frames(risk: RiskState | None) -> FrameCounts:
    if risk is None:
        return FrameCounts(0, 0, 0, 0)
    return FrameCounts(
        risk.frames_recorded, risk.frames_refused, risk.frames_unavailable, risk.frames_dropped
    )


def _screen(session: Session, risk: RiskState | None, now: datetime) -> ScreenSeen | None:
    """None where the screen is not watched."""
    if not session.watched.watch_screen:
        return None
    until = session.ended_at or now
    lasted_ms = (session.elapsed_ms(until) or 0) - session.paused_until_ms(until)
    if risk is None or lasted_ms < 1000:
        return ScreenSeen(risk.screens_recorded if risk else 0, None)
    return ScreenSeen(risk.screens_recorded, min(1.0, risk.screen_covered_ms / lasted_ms))


def report_stage(session: Session, risk: RiskState | None) -> tuple[ReportStage, float]:
    """How far the report is, from the jobs that make it; done jobs are forgotten, the final result is not."""
    if not session.has_ended or session.started_at is None:
        return ReportStage.NOT_YET, 0.0
    latest = (
        Job.objects.filter(kind__in=REPORT_KINDS, payload__session=str(session.id))
        .order_by("-created_at")
        .first()
    )
    if latest is None:
        return (ReportStage.READY if risk and risk.final is not None else ReportStage.BEING_MADE), 0.0
    if latest.state == JobState.QUARANTINED:
        return ReportStage.FAILED, latest.progress
    if latest.state == JobState.DONE and latest.kind == "reports.render":
        return ReportStage.READY, 1.0
    return ReportStage.BEING_MADE, latest.progress
