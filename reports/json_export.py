"""The report JSON of domain.md."""

import json
from typing import Any

from proctoring.intervals import Interval
from reports.content import ReportContent, Ruling, TimelineEntry
from reports.tables import instant


def report_json(content: ReportContent) -> bytes:
    return (json.dumps(document(content), ensure_ascii=False, indent=2) + "\n").encode()


def document(content: ReportContent) -> dict[str, Any]:
    summary = content.summary
    return {
        "session_id": content.session_id,
        "candidate_id": content.candidate_id,
        "duration_actual": round(
            summary.duration_ms / 60_000, 1
        ),  # minutes, as `duration_minutes` of an exam
        **_standing(content),
        "summary": {
            "total_events": summary.total_events,
            "critical_flags": summary.critical_flags,
            "warning_flags": summary.warning_flags,
            "integrity_score": summary.integrity_score,
        },
        "coverage": summary.coverage,
        "timeline": [_entry(entry) for entry in content.timeline],
        "intervals": [interval_json(one) for one in content.intervals],
        "recommendation": summary.recommendation,
        "policy": {"name": content.policy_name, "sha256": content.policy_sha256},
        "adjusted": content.adjusted or None,
        "digests": {
            "log_root": content.digests.log_root,
            "result": content.digests.result,
            "engine": content.digests.engine,
        },
        **_audit(content),
    }


def _audit(content: ReportContent) -> dict[str, Any]:
    """In the form that `manage.py audit verify --against` reads."""
    head = content.audit
    if head is None:
        return {}
    line = {"institution": head.institution, "number": head.number, "hash": head.sha256}
    return {"audit": {**line, "at": instant(head.at)}}


def _standing(content: ReportContent) -> dict[str, Any]:
    """What is final about it; `summary` counts what the rules raised, `confirmed` what people left of it."""
    standing = content.standing
    if standing is None:
        return {"status": "replay"}
    confirmed, decision = standing.confirmed, standing.decision
    return {
        "status": standing.code,
        "unreviewed_flags": standing.unreviewed_flags,
        "confirmed": {
            "critical_flags": confirmed.critical,
            "warning_flags": confirmed.warning,
            "info_flags": confirmed.info,
            "integrity_score": confirmed.integrity_score,
        },
        "decision": {
            "recommendation": decision.recommendation,
            "reason": decision.reason,
            "decided_by": decision.person,
            "decided_at": instant(decision.decided_at),
        }
        if decision
        else None,
    }


def _verdict(ruling: Ruling | None) -> dict[str, Any] | None:
    if ruling is None:
        return None
    return {
        "decision": ruling.code,
        "reason": ruling.reason,
        "decided_by": ruling.person,
        "decided_at": instant(ruling.decided_at),
    }


def interval_json(interval: Interval) -> dict[str, Any]:
    return {
        "start_ms": interval.start_ms,
        "end_ms": interval.end_ms,
        "interval_score": interval.score,
        "flagged": interval.flagged,
    }


def intervals_of_json(data: bytes) -> tuple[Interval, ...]:
    """The intervals that a report's JSON holds; one made before there were any holds none."""
    return tuple(
        Interval(one["start_ms"], one["end_ms"], round(one["interval_score"] * 1000), one["flagged"])
        for one in json.loads(data).get("intervals", ())
    )


def _entry(entry: TimelineEntry) -> dict[str, Any]:
    return {
        "timestamp": instant(entry.timestamp),
        "since_ms": entry.since_ms,
        "event_type": entry.event_type,
        "severity": entry.severity,
        "duration_ms": entry.duration_ms,
        "confidence": entry.confidence,
        "snapshot_url": entry.snapshot.url if entry.snapshot else None,
        "verdict": _verdict(entry.ruling),
    }
