"""Footage with chosen flags and counts: what `proctoring.footage.watch` would hand back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analysis.observations import Scalar
from analysis.risk.log import Record
from proctoring.footage import Footage
from proctoring.results import FlagResult, SessionResult


def flag(rule: str, since_ms: int, t_ms: int, end_ms: int | None) -> FlagResult:
    return FlagResult(
        id=f"{rule}-{t_ms}",
        rule=rule,
        label=rule,
        explain="",
        severity="warning",
        since_ms=since_ms,
        t_ms=t_ms,
        end_ms=end_ms,
        delta=1.0,
        score=1.0,
        confidence=None,
        picture_seq=None,
        signals={},
    )


def record(stream: str, seq: int, t_ms: int, values: Mapping[str, Scalar]) -> Record:
    return Record(stream, seq, t_ms, values=values)


def footage(records: Sequence[Record], flags: Sequence[FlagResult], duration_ms: int) -> Footage:
    result = SessionResult(
        flags=tuple(flags),
        curve=(),
        coverage=None,
        duration_ms=duration_ms,
        integrity_score=100.0,
        recommendation="PASS",
        total_events=len(flags),
        critical_flags=0,
        warning_flags=len(flags),
        info_flags=0,
        policy_name="default",
        policy_sha256="",
        log_root="",
        digest="",
        engine="",
    )
    return Footage(records=tuple(records), baseline=None, result=result)
