"""A policy for one person: areas left out, others judged more patiently. Pure.

The adjusted policy is a policy like any other, so the fold and every replay read it as it stands:

- What an area left out would have measured is unknown for good. A condition that cannot be true without it
  goes, and its rule with it; what is left of an `any` stays. So does a rule that `needs` a detector without
  evidence. Deductions and ladder follow, as for any rule that is off.
- Patience is a factor in per cent on how long a sustained condition must last (`for_ms`, `min_records`), and
  its inverse on the evidence a detector gains: it needs as much longer to its limit, and wears off as fast.
  Nothing can fire earlier than under the policy that it came from. Samples, and events without an end, have
  no duration.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any

from analysis.risk.areas import Adjustment, events_of_areas, signals_of_areas
from analysis.risk.conditions import Condition, parse_condition, signals_of
from analysis.risk.drafts import report_for
from analysis.risk.log import LARGEST_N, LATEST_MS
from analysis.risk.policy import Policy, parse_policy

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Changes:
    """What an adjustment did to a policy's rules, by their labels in the policy's order."""

    off: tuple[str, ...]
    patient: tuple[str, ...]


def adjusted(policy: Policy, adjustment: Adjustment) -> Policy:
    """The policy for a person with this adjustment; itself where that changes nothing."""
    document: Document = json.loads(policy.source)
    off = adjustment.areas_off
    signals, events = signals_of_areas(off), events_of_areas(off)
    detect = _detectors(document.get("detect", {}), signals)
    rules = [
        rule
        for one in document.get("rules", [])
        if (rule := _rule(one, signals, events, set(detect))) is not None
    ]
    _be_patient(rules, detect, dict(adjustment.patience))
    _put(document, "rules", rules)
    _put(document, "detect", detect)
    report = report_for(document, document, {rule["id"] for rule in rules})
    if report:
        document["report"] = report
    return parse_policy(document)


def changes_between(base: Policy, derived: Policy) -> Changes:
    """Which rules of `base` are not in `derived`, and which wait longer there."""
    left = {rule.id: rule for rule in derived.rules}
    return Changes(
        off=tuple(rule.label for rule in base.rules if rule.id not in left),
        patient=tuple(
            rule.label
            for rule in base.rules
            if rule.id in left and _waits(base, rule.id) != _waits(derived, rule.id)
        ),
    )


def _waits(policy: Policy, rule_id: str) -> tuple[object, ...]:
    rule = policy.rule(rule_id)
    gained = next((one.table for one in policy.detect if one.name == rule.needs), ())
    return rule.for_ms, rule.min_records, tuple(row.llr_milli for row in gained if row.llr_milli > 0)


def _put(document: Document, key: str, value: object) -> None:
    if key in document:
        document[key] = value


def _detectors(detect: Mapping[str, Any], off: Set[str]) -> Document:
    kept: Document = {}
    for name, detector in detect.items():
        rows = [row for one in detector["llr_milli"] if (row := _row(one, detector["signal"], off))]
        if any(_gain_of(row) > 0 for row in rows):
            kept[name] = {**copy.deepcopy(detector), "llr_milli": rows}
    return kept


def _row(row: Any, signal: str, off: Set[str]) -> Any:
    if isinstance(row, dict):
        when = _able(row["when"], off, truth=True)
        return None if when is None else {**row, "when": when}
    return None if signal in off else row


def _gain_of(row: Any) -> int:
    gain: int = row["llr_milli"] if isinstance(row, dict) else row[2]
    return gain


def _rule(rule: Document, off: Set[str], events: Set[str], detectors: Set[str]) -> Document | None:
    changed, needs = copy.deepcopy(rule), rule.get("needs")
    if rule.get("on") in events or (needs is not None and needs not in detectors):
        return None
    if "when" in changed:
        when = _able(changed["when"], off, truth=True)
        if when is None:
            return None
        changed["when"] = when
    return changed


def _able(condition: Any, off: Set[str], *, truth: bool) -> Any:
    """What decides whether the condition can be `truth` while signals are unknown for good, if it can."""
    if "signal" in condition:
        return None if condition["signal"] in off else condition
    if "not" in condition:
        part = _able(condition["not"], off, truth=not truth)
        return None if part is None else {"not": part}
    key = "all" if "all" in condition else "any"
    parts = [_able(part, off, truth=truth) for part in condition[key]]
    needs_every_part = (key == "all") is truth
    if needs_every_part and None in parts:
        return None
    able = [part for part in parts if part is not None]
    return {key: able} if able or not parts else None


def _be_patient(rules: list[Document], detect: Document, patience: Mapping[str, int]) -> None:
    read = {name: signals_of_areas([name]) | events_of_areas([name]) for name in patience}
    shown = {name: _signals(detector) for name, detector in detect.items()}
    for name, detector in detect.items():
        percent = _percent(shown[name], read, patience)
        detector["llr_milli"] = [_slower(row, percent) for row in detector["llr_milli"]]
    for rule in rules:
        seen = _read_by(rule) | shown.get(rule.get("needs", ""), frozenset())
        _lengthen(rule, _percent(seen, read, patience))


def _read_by(rule: Document) -> frozenset[str]:
    return signals_of(_parsed(rule["when"])) if "when" in rule else frozenset({rule["on"]})


def _percent(names: Set[str], read: Mapping[str, Set[str]], patience: Mapping[str, int]) -> int:
    return max((percent for name, percent in patience.items() if read[name] & names), default=100)


def _lengthen(rule: Document, percent: int) -> None:
    is_sustained = "when" in rule and rule.get("mode", "sustained") == "sustained"
    if percent == 100 or not (is_sustained or "until" in rule):
        return
    rule["for_ms"] = min(_times(rule.get("for_ms", 0), percent), LATEST_MS)
    if is_sustained:
        rule["min_records"] = min(_times(rule.get("min_records", 1), percent), LARGEST_N)


def _times(amount: int, percent: int) -> int:
    return -(-amount * percent // 100)


def _slower(row: Any, percent: int) -> Any:
    gain = _gain_of(row)
    if gain <= 0 or percent == 100:
        return row
    slower = gain * 100 // percent
    return {**row, "llr_milli": slower} if isinstance(row, dict) else [*row[:2], slower]


def _signals(detector: Document) -> frozenset[str]:
    looked_at = (signals_of(_parsed(row["when"])) for row in detector["llr_milli"] if isinstance(row, dict))
    return frozenset({detector["signal"]}).union(*looked_at)


def _parsed(when: Any) -> Condition:
    return parse_condition(when, "when")
