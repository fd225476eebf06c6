"""What the fold remembers between two records, and its plain JSON form (kept in one database row)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from analysis.changepoint import Evidence
from analysis.risk.conditions import Scalar
from analysis.risk.flags import Flag
from analysis.risk.points import FULL_MILLI
from analysis.risk.policy import Policy

STATE_VERSION = 1


class StateError(ValueError):
    """A stored state that cannot be read, or that belongs to another policy."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A record that shows an episode; the greatest `weight` is the evidence, the first among equals."""

    stream: str
    seq: int
    t_ms: int
    weight: float


@dataclass(frozen=True, slots=True)
class OpenEpisode:
    """An episode of a sustained rule, confirmed once it has raised a flag.

    `armed_ms` is where the running time to fire began; `records` counts the records that showed it since
    then.
    """

    start_ms: int
    armed_ms: int
    false_since_ms: int | None
    records: int
    stream: str
    evidence: Moment | None
    worst: Moment | None
    flags: tuple[str, ...]

    @property
    def confirmed(self) -> bool:
        return bool(self.flags)


@dataclass(frozen=True, slots=True)
class RuleState:
    last_fired_ms: int | None = None
    episode: OpenEpisode | None = None


@dataclass(frozen=True, slots=True)
class StreamState:
    """The newest record of a stream and the signals it holds; `silent` once a gap was raised."""

    seq: int
    t_ms: int
    silent: bool
    values: Mapping[str, Scalar]


@dataclass(frozen=True, slots=True)
class LedgerState:
    """`carry` is time not yet decayed (ms; for linear decay ms x milli-points)."""

    balance_milli: int
    carry: int
    window_start_ms: int
    window_flagged: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts for the report: flags by severity and by rule, and what they deduct from the integrity score."""

    critical: int = 0
    warning: int = 0
    info: int = 0
    deducted_milli: int = 0
    by_rule: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return self.critical + self.warning + self.info


@dataclass(frozen=True, slots=True)
class RiskState:
    """The state after the records up to `last` = (t, rank of the stream, seq), None before the first."""

    session_id: str
    policy_sha256: str
    t_ms: int
    last: tuple[int, int, int] | None
    streams: Mapping[str, StreamState]
    ledgers: Mapping[str, LedgerState]
    rules: Mapping[str, RuleState]
    tally: Tally
    finished: bool
    evidence: Mapping[str, Evidence] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types; `from_json` gives an equal state back."""
        return {
            "version": STATE_VERSION,
            **_flat(self),
            "streams": {
                name: {**_flat(stream), "values": dict(stream.values)}
                for name, stream in self.streams.items()
            },
            "ledgers": {name: _flat(ledger) for name, ledger in self.ledgers.items()},
            "rules": {name: _rule_json(rule) for name, rule in self.rules.items()},
            "tally": {**_flat(self.tally), "by_rule": dict(self.tally.by_rule)},
            "evidence": {name: _flat(held) for name, held in self.evidence.items()},
        }

    @classmethod
    def from_json(cls, value: object) -> RiskState:
        """The state of `to_json`.

        Raises:
            StateError: when it is none, or one of another version.
        """
        if not isinstance(value, dict) or value.get("version") != STATE_VERSION:
            raise StateError("this is no risk state of this version; replay the log instead")
        try:
            return _state(value)
        except (KeyError, TypeError, ValueError) as error:
            raise StateError(
                f"the stored risk state is damaged ({error!r}); replay the log instead"
            ) from None


def initial_state(policy: Policy, session_id: str) -> RiskState:
    """The state before the first record."""
    ledgers = {ledger.name: LedgerState(ledger.start_milli, 0, 0, False) for ledger in policy.ledgers}
    rules = {rule.id: RuleState() for rule in policy.rules}
    return RiskState(session_id, policy.sha256, 0, None, {}, ledgers, rules, Tally(), False)


def deduction_milli(policy: Policy, rule: str, severity: str, n: int, confidence_milli: int | None) -> int:
    """What a flag takes from the integrity score, weighted by confidence where the policy says so."""
    deduction = policy.deduct.milli(rule, severity) * n
    if policy.deduct.use_confidence and confidence_milli is not None:
        deduction = deduction * confidence_milli // FULL_MILLI
    return deduction


def counted(tally: Tally, flag: Flag, policy: Policy) -> Tally:
    """The tally with one more flag."""
    deduction = deduction_milli(policy, flag.rule, flag.severity, flag.n, flag.confidence_milli)
    return Tally(
        critical=tally.critical + (flag.severity == "critical"),
        warning=tally.warning + (flag.severity == "warning"),
        info=tally.info + (flag.severity == "info"),
        deducted_milli=tally.deducted_milli + deduction,
        by_rule={**tally.by_rule, flag.rule: tally.by_rule.get(flag.rule, 0) + 1},
    )


def _flat(value: Any) -> dict[str, Any]:
    """The fields of a dataclass of plain values; `asdict` copies each of them, and costs more than a fold."""
    return {name: getattr(value, name) for name in value.__slots__}


def _stream_json(stream: StreamState) -> dict[str, Any]:
    return {**_flat(stream), "values": dict(stream.values)}


def _rule_json(rule: RuleState) -> dict[str, Any]:
    episode = rule.episode
    if episode is None:
        return {"last_fired_ms": rule.last_fired_ms, "episode": None}
    shown = {
        **_flat(episode),
        "evidence": None if episode.evidence is None else _flat(episode.evidence),
        "worst": None if episode.worst is None else _flat(episode.worst),
    }
    return {"last_fired_ms": rule.last_fired_ms, "episode": shown}


def _state(value: dict[str, Any]) -> RiskState:
    last = value["last"]
    return RiskState(
        session_id=value["session_id"],
        policy_sha256=value["policy_sha256"],
        t_ms=value["t_ms"],
        last=None if last is None else (last[0], last[1], last[2]),
        streams={name: StreamState(**stream) for name, stream in value["streams"].items()},
        ledgers={name: LedgerState(**ledger) for name, ledger in value["ledgers"].items()},
        rules={name: _rule_state(rule) for name, rule in value["rules"].items()},
        tally=Tally(**value["tally"]),
        finished=value["finished"],
        evidence={name: Evidence(**held) for name, held in value.get("evidence", {}).items()},
    )


def _rule_state(value: dict[str, Any]) -> RuleState:
    episode = value["episode"]
    if episode is None:
        return RuleState(value["last_fired_ms"])
    parts = {**episode, "flags": tuple(episode["flags"])}
    for name in ("evidence", "worst"):
        parts[name] = Moment(**parts[name]) if parts[name] is not None else None
    return RuleState(value["last_fired_ms"], OpenEpisode(**parts))
