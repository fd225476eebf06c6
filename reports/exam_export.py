"""An exam as CSV, a line a sitting, and as JSON with every flag and the decisions on them."""

from collections.abc import Generator, Iterable
from typing import Any

from exams.models import Exam
from proctoring.models import Decision
from reports.content import SEVERITIES
from reports.exam_rows import DecisionLine, FlagLine, SittingLine, VerdictLine
from reports.tables import csv_parts, instant, json_parts, number

COLUMNS = (
    "session_id",
    "candidate_id",
    "candidate_name",
    "email",
    "state",
    "started_at",
    "ended_at",
    "duration_s",
    "integrity_score",
    "risk_score",
    "coverage",
    "recommendation",
    *(f"{severity}_flags" for severity in SEVERITIES),
    *(f"flags_{decision}" for decision in Decision.values),
    "flags_undecided",
    "report_version",
    "review",
    "decision",
    "decision_reason",
    "decided_by",
    "decided_at",
)


def exam_csv(sittings: Iterable[SittingLine]) -> Generator[bytes]:
    return csv_parts(COLUMNS, map(_cells, sittings))


def exam_json(exam: Exam, sittings: Iterable[SittingLine]) -> Generator[bytes]:
    head = {
        "exam": {
            "id": str(exam.id),
            "title": exam.title,
            "duration_minutes": exam.duration_minutes,
            "opens_at": instant(exam.opens_at),
            "closes_at": instant(exam.closes_at),
            "risk_policy": exam.risk_policy,
            "sensitivity": exam.sensitivity,
        }
    }
    return json_parts(head, "sessions", map(_sitting, sittings))


def _cells(line: SittingLine) -> tuple[str, ...]:
    return (
        str(line.session_id),
        line.candidate_id,
        line.candidate_name,
        line.email,
        line.state,
        instant(line.started_at) or "",
        instant(line.ended_at) or "",
        number(None if line.duration_ms is None else line.duration_ms / 1000),
        number(line.integrity_score),
        number(line.risk_score),
        number(line.coverage),
        line.recommendation or "",
        *(str(line.with_severity(severity)) for severity in SEVERITIES),
        *(str(line.with_decision(decision)) for decision in Decision.values),
        str(line.undecided),
        number(line.report_version),
        line.review_state or "",
        *_decided(line.decision),
    )


def _decided(decision: DecisionLine | None) -> tuple[str, ...]:
    if decision is None:
        return ("", "", "", "")
    at = instant(decision.decided_at) or ""
    return (decision.recommendation, decision.reason, decision.decided_by, at)


def _sitting(line: SittingLine) -> dict[str, Any]:
    return {
        "session_id": str(line.session_id),
        "candidate_id": line.candidate_id,
        "candidate_name": line.candidate_name,
        "email": line.email,
        "state": line.state,
        "started_at": instant(line.started_at),
        "ended_at": instant(line.ended_at),
        "duration_ms": line.duration_ms,
        "integrity_score": line.integrity_score,
        "risk_score": line.risk_score,
        "coverage": line.coverage,
        "recommendation": line.recommendation,
        "report_version": line.report_version,
        "review": line.review_state,
        "decision": _decision(line.decision) if line.decision else None,
        "flags": [_flag(flag) for flag in line.flags],
    }


def _flag(flag: FlagLine) -> dict[str, Any]:
    return {
        "id": str(flag.id),
        "rule": flag.rule,
        "label": flag.label,
        "severity": flag.severity,
        "since_ms": flag.since_ms,
        "duration_ms": flag.duration_ms,
        "confidence": flag.confidence,
        "verdict": _verdict(flag.verdict) if flag.verdict else None,
    }


def _decision(decision: DecisionLine) -> dict[str, Any]:
    return {
        "recommendation": decision.recommendation,
        "reason": decision.reason,
        "decided_by": decision.decided_by,
        "decided_at": instant(decision.decided_at),
    }


def _verdict(verdict: VerdictLine) -> dict[str, Any]:
    return {
        "decision": verdict.decision,
        "reason": verdict.reason,
        "decided_by": verdict.decided_by,
        "decided_at": instant(verdict.decided_at),
    }
