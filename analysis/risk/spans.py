"""Rules on an event that lasts until another: full screen left, until it is entered again.

Such a rule fires at the very moment at which `for_ms` is over, as a gap does, whatever comes next; so a
candidate without a camera, of whom nothing is heard in between, is judged as everybody else. Its episode is
open from the event that began it to the one that ends it, and to the end of the session where none comes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from analysis.risk import episodes
from analysis.risk.log import Record
from analysis.risk.policy import Policy, Rule
from analysis.risk.state import Moment, OpenEpisode, RuleState


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """At `t_ms` the rule in that place of the policy fires, since nothing has ended what began it."""

    t_ms: int
    place: int


def begun(record: Record) -> OpenEpisode:
    here = Moment(record.stream, record.seq, record.t_ms, 0.0)
    return replace(episodes.begin(record.t_ms, record.stream), records=1, evidence=here, worst=here)


def due_by(t_ms: int, policy: Policy, states: Mapping[str, RuleState]) -> list[Due]:
    """Every rule that fires up to `t_ms`, in no order."""
    found = []
    for place, rule in enumerate(policy.rules):
        at_ms = _due_at(rule, states[rule.id])
        if at_ms is not None and at_ms <= t_ms:
            found.append(Due(at_ms, place))
    return found


def _due_at(rule: Rule, state: RuleState) -> int | None:
    episode = state.episode
    if not rule.until or episode is None or episode.confirmed:
        return None
    over_ms = episode.start_ms + rule.for_ms
    return over_ms if state.last_fired_ms is None else max(over_ms, state.last_fired_ms + rule.cooldown_ms)
