"""The result of a session or of a video, read for people: flags with words, moments and what was seen."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.errors import Conflict
from analysis.risk.flags import Entry
from analysis.risk.log import PAUSED, RESUMED, Record, canonicalise, parse_record, root_hash
from analysis.risk.points import to_milli
from analysis.risk.policy import Policy, Rule, parse_policy
from analysis.risk.result import risk_curve
from exams.models import Session
from proctoring.coverage import coverage, recommended
from proctoring.curve import CurvePoint
from proctoring.explaining import explained
from proctoring.models import Observation, RiskState

# An inspection carries the number of the frame that it looked at.
PICTURED = frozenset({"video", "objects"})
Signals = Mapping[str, bool | int | float | str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagResult:
    """A flag of the final result; `picture_seq` is the frame that shows it best, `signals` what it told."""

    id: str
    rule: str
    label: str
    explain: str
    severity: str
    since_ms: int
    t_ms: int
    end_ms: int | None
    delta: float
    score: float
    confidence: float | None
    picture_seq: int | None
    signals: Signals


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionResult:
    flags: tuple[FlagResult, ...]
    curve: tuple[CurvePoint, ...]
    coverage: float | None
    duration_ms: int
    integrity_score: float
    recommendation: str
    total_events: int
    critical_flags: int
    warning_flags: int
    info_flags: int
    policy_name: str
    policy_sha256: str
    log_root: str
    digest: str
    engine: str


def result_of_session(session: Session) -> SessionResult:
    """The final result of an ended session; a Conflict while it is still being computed."""
    risk = RiskState.objects.filter(session=session).first()
    if risk is None or risk.final is None:
        raise Conflict("result_unfinished", _("The final result of this session is not computed yet."))
    rows = Observation.objects.filter(session=session).values_list("record", flat=True)
    duration_ms = session.elapsed_ms(session.ended_at) if session.ended_at else None
    return read_result(
        risk.final,
        policy=parse_policy(risk.policy),
        policy_name=risk.policy_name,
        records=[parse_record(row) for row in rows.iterator()],
        duration_ms=max(duration_ms or 0, 0),
        watched=session.watched.watch_webcam,
    )


def paused_spans(log: Iterable[Record], duration_ms: int) -> list[tuple[int, int]]:
    """When the session was paused, from the server's own records in their order."""
    spans: list[tuple[int, int]] = []
    since_ms: int | None = None
    for record in log:
        if record.stream != "server" or record.event not in (PAUSED, RESUMED):
            continue
        if record.event == PAUSED:
            since_ms = record.t_ms
        elif since_ms is not None:
            spans.append((since_ms, record.t_ms))
            since_ms = None
    return spans if since_ms is None else [*spans, (since_ms, duration_ms)]


def read_result(
    final: Mapping[str, Any],
    *,
    policy: Policy,
    policy_name: str,
    records: Iterable[Record],
    duration_ms: int,
    watched: bool = True,
) -> SessionResult:
    """A result's JSON with the log and the policy that gave it; unwatched by a camera it has no coverage."""
    log = canonicalise(records, policy.stream_rank).records
    video = [record for record in log if record.stream == "video" and record.values is not None]
    report = final["report"]
    times_ms, paused_ms = (record.t_ms for record in video), paused_spans(log, duration_ms)
    seen = coverage(times_ms, duration_ms=duration_ms, paused_ms=paused_ms) if watched else None
    return SessionResult(
        flags=_flags(final, policy, video),
        curve=_curve(final, policy, duration_ms),
        coverage=seen,
        duration_ms=duration_ms,
        integrity_score=report["integrity_score"],
        recommendation=recommended(report["recommendation"], seen),
        total_events=report["total_events"],
        critical_flags=report["critical_flags"],
        warning_flags=report["warning_flags"],
        info_flags=report["info_flags"],
        policy_name=policy_name,
        policy_sha256=final["policy"],
        log_root=root_hash(log),
        digest=final["digest"],
        engine=final["engine"],
    )


def _flags(final: Mapping[str, Any], policy: Policy, video: Sequence[Record]) -> tuple[FlagResult, ...]:
    episodes = {flag_id: episode for episode in final["episodes"] for flag_id in episode["flags"]}
    by_seq = {record.seq: record for record in video}
    times_ms = [record.t_ms for record in video]
    return tuple(
        _flag(
            flag,
            episodes.get(flag["id"]),
            policy.rule(flag["rule"]),
            _shown(flag, episodes, video, by_seq, times_ms),
        )
        for flag in final["flags"]
    )


def _flag(
    flag: Mapping[str, Any],
    episode: Mapping[str, Any] | None,
    rule: Rule,
    shown: Record | None,
) -> FlagResult:
    signals = dict(shown.values or {}) if shown else {}
    on_video = episode["worst_stream"] in PICTURED if episode else flag["evidence_stream"] in PICTURED
    return FlagResult(
        id=flag["id"],
        rule=flag["rule"],
        label=rule.label or flag["rule"].replace("_", " ").capitalize(),
        explain=explained(rule, signals),
        severity=flag["severity"],
        since_ms=flag["since"],
        t_ms=flag["t"],
        end_ms=episode["end"] if episode else None,
        delta=flag["delta"],
        score=flag["score"],
        confidence=flag["confidence"],
        picture_seq=shown.seq if shown and on_video else None,
        signals=signals,
    )


def _shown(
    flag: Mapping[str, Any],
    episodes: Mapping[str, Mapping[str, Any]],
    video: Sequence[Record],
    by_seq: Mapping[int, Record],
    times_ms: Sequence[int],
) -> Record | None:
    """The frame that shows the flag: the worst of its episode, its own, or the last one before it."""
    episode = episodes.get(flag["id"])
    if episode and episode["worst_stream"] in PICTURED:
        return by_seq.get(episode["worst_seq"])
    if flag["evidence_stream"] in PICTURED:
        return by_seq.get(flag["evidence_seq"])
    place = bisect_right(times_ms, flag["t"])
    return video[place - 1] if place else None


def _curve(final: Mapping[str, Any], policy: Policy, duration_ms: int) -> tuple[CurvePoint, ...]:
    """The score at every change, drawn as steps up to the end."""
    changes = risk_curve([_entry(line) for line in final["entries"]], policy)
    steps: list[CurvePoint] = []
    for change in changes:
        if steps and change.t_ms > steps[-1].t_ms:
            steps.append(CurvePoint(change.t_ms, steps[-1].score_milli))
        steps.append(CurvePoint(change.t_ms, change.score_milli))
    if steps and steps[-1].t_ms < duration_ms:
        steps.append(CurvePoint(duration_ms, steps[-1].score_milli))
    return tuple(steps)


def _entry(line: Mapping[str, Any]) -> Entry:
    return Entry(
        t_ms=line["t"],
        cause=line["cause"],
        rule=line["rule"],
        ledger=line["ledger"],
        add_milli=to_milli(line["add"]),
        after_milli=to_milli(line["after"]),
        stream=line["stream"],
        seq=line["seq"],
    )
