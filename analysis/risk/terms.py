"""The parts of a risk policy as frozen values: points in milli-points, times in milliseconds."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.changepoint import Detector
from analysis.risk.conditions import Condition, Operand


@dataclass(frozen=True, slots=True)
class Decay:
    points_milli: int
    every_ms: int
    mode: str
    when: str


@dataclass(frozen=True, slots=True)
class Window:
    ms: int
    align: str
    flag_at_milli: int | None
    reset_on_flag: bool


@dataclass(frozen=True, slots=True)
class Ledger:
    name: str
    start_milli: int
    floor_milli: int | None
    cap_milli: int | None
    decay: Decay | None
    window: Window | None


@dataclass(frozen=True, slots=True)
class Effect:
    ledger: str
    add_milli: int


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule on an event (`on`) or a condition (`when`); `signals` are the names it reads.

    `until` names the events that end what `on` began; without them an event is over at once.
    `needs` names the detector whose alarm must be on for the rule to fire.
    """

    id: str
    label: str
    explain: str
    severity: str
    on: str | None
    until: tuple[str, ...]
    when: Condition | None
    signals: frozenset[str]
    mode: str
    every_ms: int
    for_ms: int
    strict: bool
    release_ms: int
    once: bool
    cooldown_ms: int
    hold_unknown: bool
    min_records: int
    confidence: str | None
    worst: str | None
    needs: str | None
    effects: tuple[Effect, ...]

    @property
    def lasting(self) -> bool:
        """Whether its flags belong to an episode that opens and closes."""
        return self.mode in ("sustained", "span")


@dataclass(frozen=True, slots=True)
class Requirement:
    """`field op value` over the fields of the report."""

    field: str
    op: str
    value: Operand


@dataclass(frozen=True, slots=True)
class Recommendation:
    requirements: tuple[Requirement, ...]
    then: str


@dataclass(frozen=True, slots=True)
class Deduct:
    by_rule: tuple[tuple[str, int], ...]
    by_severity: tuple[tuple[str, int], ...]
    use_confidence: bool

    def milli(self, rule: str, severity: str) -> int:
        """Milli-points that one flag takes from the integrity score."""
        for name, amount in self.by_rule:
            if name == rule:
                return amount
        return next((amount for name, amount in self.by_severity if name == severity), 0)


@dataclass(frozen=True, slots=True)
class Policy:
    """A parsed policy. `source` is its canonical JSON, `sha256` the hash of that."""

    name: str
    label: str
    tick_stream: str
    stream_rank: tuple[str, ...]
    ledgers: tuple[Ledger, ...]
    score_sum: tuple[str, ...]
    rules: tuple[Rule, ...]
    gaps: tuple[tuple[str, int], ...]
    deduct: Deduct
    recommend: tuple[Recommendation, ...]
    detect: tuple[Detector, ...]
    sensitivity: str
    source: str
    sha256: str

    def rule(self, rule_id: str) -> Rule:
        """The rule of that id; KeyError when the policy has none."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(rule_id)
