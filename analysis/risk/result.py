"""The result of a session: the whole log through the fold, with its report and its digest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analysis.risk.conditions import Scalar, compare
from analysis.risk.flags import Entry, Episode, Flag, WindowResult
from analysis.risk.fold import Fold, initial_state
from analysis.risk.log import Issue, Record, canonicalise, dump_canonical
from analysis.risk.points import FULL_MILLI, to_points
from analysis.risk.policy import RULE_FIELD, Policy
from analysis.risk.state import RiskState, Tally

ENGINE = "invigil-risk/1"
UNDECIDED = "REVIEW_REQUIRED"


@dataclass(frozen=True, slots=True)
class RiskReport:
    """The summary of a session; `total_events` counts all flags. A recommendation, never a decision."""

    integrity_milli: int
    recommendation: str
    critical_flags: int
    warning_flags: int
    info_flags: int

    @property
    def integrity_score(self) -> int | float:
        """0 to 100."""
        return to_points(self.integrity_milli)

    @property
    def total_events(self) -> int:
        return self.critical_flags + self.warning_flags + self.info_flags

    def to_json(self) -> dict[str, object]:
        return {
            "integrity_score": self.integrity_score,
            "recommendation": self.recommendation,
            "critical_flags": self.critical_flags,
            "warning_flags": self.warning_flags,
            "info_flags": self.info_flags,
            "total_events": self.total_events,
        }


@dataclass(frozen=True, slots=True)
class CurvePoint:
    t_ms: int
    score_milli: int

    @property
    def score(self) -> int | float:
        return to_points(self.score_milli)


@dataclass(frozen=True, slots=True)
class Result:
    """Everything that a log and a policy give. `state` is the finished fold; it is not part of the JSON."""

    ledgers: tuple[tuple[str, int], ...]
    score_milli: int
    flags: tuple[Flag, ...]
    episodes: tuple[Episode, ...]
    entries: tuple[Entry, ...]
    windows: tuple[WindowResult, ...]
    issues: tuple[Issue, ...]
    report: RiskReport
    policy: str
    state: RiskState

    @property
    def score(self) -> int | float:
        return to_points(self.score_milli)

    def _body(self) -> dict[str, object]:
        return {
            "ledgers": {name: to_points(balance) for name, balance in self.ledgers},
            "score": self.score,
            "flags": [flag.to_json() for flag in self.flags],
            "episodes": [episode.to_json() for episode in self.episodes],
            "entries": [entry.to_json() for entry in self.entries],
            "windows": [window.to_json() for window in self.windows],
            "issues": [issue.to_json() for issue in self.issues],
            "report": self.report.to_json(),
            "engine": ENGINE,
            "policy": self.policy,
        }

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of the canonical JSON of everything else."""
        return digest_of(self._body())

    def to_json(self) -> dict[str, object]:
        body = self._body()
        return {**body, "digest": digest_of(body)}


def digest_of(body: dict[str, object]) -> str:
    return hashlib.sha256(dump_canonical(body).encode("ascii")).hexdigest()


def replay(records: Iterable[Record], policy: Policy, session_id: str, end_ms: int | None = None) -> Result:
    """The result of a log in any order. It ends at `end_ms`, or at its last record if that is later."""
    log = canonicalise(records, policy.stream_rank)
    fold = Fold(initial_state(policy, session_id), policy)
    for record in log.records:
        fold.take(record)
    fold.finish(end_ms if end_ms is not None else 0)
    step = fold.step()
    return Result(
        ledgers=tuple((name, ledger.balance_milli) for name, ledger in step.state.ledgers.items()),
        score_milli=step.score_milli,
        flags=step.opened,
        episodes=step.closed,
        entries=step.entries,
        windows=step.windows,
        issues=log.issues,
        report=risk_report(step.state.tally, step.score_milli, policy),
        policy=policy.sha256,
        state=step.state,
    )


def score_milli(state: RiskState, policy: Policy) -> int:
    """The score of a state: the sum of the ledgers that the policy names."""
    return sum(state.ledgers[name].balance_milli for name in policy.score_sum)


def report_of(state: RiskState, policy: Policy) -> RiskReport:
    """The report as it stands at a state, live or final."""
    return risk_report(state.tally, score_milli(state, policy), policy)


def risk_report(tally: Tally, score: int, policy: Policy) -> RiskReport:
    """The report for counted flags: integrity score and the first recommendation that fits.

    `score` is in milli-points. Where none fits, a person has to look.
    """
    integrity = max(0, FULL_MILLI - tally.deducted_milli)
    fields: dict[str, Scalar] = {
        "integrity_score": to_points(integrity),
        "critical_flags": tally.critical,
        "warning_flags": tally.warning,
        "info_flags": tally.info,
        "total_events": tally.total,
        "score": to_points(score),
    }
    fields.update({RULE_FIELD + rule.id: tally.by_rule.get(rule.id, 0) for rule in policy.rules})
    then = UNDECIDED
    for rung in policy.recommend:
        if all(compare(fields[need.field], need.op, need.value) for need in rung.requirements):
            then = rung.then
            break
    return RiskReport(integrity, then, tally.critical, tally.warning, tally.info)


def risk_curve(entries: Sequence[Entry], policy: Policy) -> tuple[CurvePoint, ...]:
    """The score over time: a point at session start and one at each moment at which it changed."""
    balances = {ledger.name: ledger.start_milli for ledger in policy.ledgers}
    points = [CurvePoint(0, sum(balances[name] for name in policy.score_sum))]
    for entry in entries:
        balances[entry.ledger] = entry.after_milli
        total = sum(balances[name] for name in policy.score_sum)
        if entry.t_ms == points[-1].t_ms:
            points[-1] = CurvePoint(entry.t_ms, total)
        elif total != points[-1].score_milli:
            points.append(CurvePoint(entry.t_ms, total))
    return tuple(points)
