"""From a result to the parts of a report that do not depend on where the result came from."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from proctoring.results import FlagResult, SessionResult, Signals
from reports.content import Digests, Measured, Ruling, Snapshot, Summary, TimelineEntry


def summary(result: SessionResult) -> Summary:
    return Summary(
        total_events=result.total_events,
        critical_flags=result.critical_flags,
        warning_flags=result.warning_flags,
        info_flags=result.info_flags,
        integrity_score=result.integrity_score,
        coverage=None if result.coverage is None else round(result.coverage, 4),
        recommendation=result.recommendation,
        duration_ms=result.duration_ms,
    )


def digests(result: SessionResult) -> Digests:
    return Digests(log_root=result.log_root, result=result.digest, engine=result.engine)


def timeline(
    result: SessionResult,
    *,
    started_at: datetime | None,
    snapshots: Mapping[str, Snapshot],
    rulings: Mapping[str, Ruling],
) -> tuple[TimelineEntry, ...]:
    """The flags in order of the moment at which they began; snapshots and rulings by flag id."""
    return tuple(
        _entry(flag, started_at, snapshots.get(flag.id), rulings.get(flag.id))
        for flag in sorted(result.flags, key=lambda flag: (flag.since_ms, flag.t_ms, flag.rule))
    )


def _entry(
    flag: FlagResult, started_at: datetime | None, snapshot: Snapshot | None, ruling: Ruling | None
) -> TimelineEntry:
    return TimelineEntry(
        flag_id=flag.id,
        timestamp=started_at + timedelta(milliseconds=flag.since_ms) if started_at else None,
        since_ms=flag.since_ms,
        event_type=flag.rule,
        label=flag.label,
        explanation=flag.explain,
        severity=flag.severity,
        duration_ms=None if flag.end_ms is None else max(0, flag.end_ms - flag.since_ms),
        confidence=flag.confidence,
        risk_delta=flag.delta,
        risk_total=flag.score,
        measured=_measured(flag.signals),
        snapshot=snapshot,
        ruling=ruling,
    )


def _measured(signals: Signals) -> Measured:
    count, away, phone = (signals.get(name) for name in ("face_count", "looking_away", "phone_detected"))
    return Measured(
        face_count=count if isinstance(count, int) and not isinstance(count, bool) else None,
        looking_away=away if isinstance(away, bool) else None,
        phone_detected=phone if isinstance(phone, bool) else None,
    )
