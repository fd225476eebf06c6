"""A policy as people edit it: its rules one by one, on or off, and the document that their changes give.

`base` is the document that a policy was made from. A rule that is off is left out of the policy's document
and found again in its base. What nobody changed keeps its form: an unchanged draft gives an equal document.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from analysis.risk.conditions import compare, is_number, parse_operand
from analysis.risk.policy import RULE_FIELD

Document = Mapping[str, Any]
_ORDERED = (">", ">=", "<", "<=", "abs>", "abs>=")


@dataclass(frozen=True, slots=True)
class RuleDraft:
    """One rule. `threshold` is None where the condition is no single comparison with a number; `for_ms` and
    `release_ms` are None for a rule on single records or an event, unless that lasts until another; then it
    has no `release_ms`; `points` are (ledger, points)."""

    id: str
    label: str
    explain: str
    on: bool
    severity: str
    condition: str
    threshold: float | None
    for_ms: int | None
    release_ms: int | None
    points: tuple[tuple[str, float], ...]


def drafts_of(base: Document, document: Document) -> tuple[RuleDraft, ...]:
    """The rules of a policy and those of its base that are off, in the base's order."""
    kept = {rule["id"]: rule for rule in document.get("rules", [])}
    known = [rule["id"] for rule in base.get("rules", [])]
    own = [rule for rule_id, rule in kept.items() if rule_id not in known]
    rules = [*(kept.get(rule["id"], rule) for rule in base.get("rules", [])), *own]
    return tuple(_draft(rule, rule["id"] in kept) for rule in rules)


def document_of(base: Document, document: Document, drafts: Sequence[RuleDraft], name: str) -> dict[str, Any]:
    """The document of changed drafts under a name."""
    found = {rule["id"]: rule for part in (base, document) for rule in part.get("rules", [])}
    changed = copy.deepcopy(dict(document))
    changed["name"] = name
    if found:
        changed["rules"] = [_rule(found[draft.id], draft) for draft in drafts if draft.on]
    report = report_for(base, document, {draft.id for draft in drafts if draft.on})
    if report:
        changed["report"] = report
    return changed


def _draft(rule: Document, on: bool) -> RuleDraft:
    when = rule.get("when", {})
    lasting = "when" in rule and rule.get("mode", "sustained") == "sustained"
    return RuleDraft(
        id=rule["id"],
        label=rule.get("label", rule["id"].replace("_", " ").capitalize()),
        explain=rule.get("explain", ""),
        on=on,
        severity=rule.get("severity", "warning"),
        condition=_words(rule),
        threshold=when["value"] if _has_threshold(when) else None,
        for_ms=rule.get("for_ms", 0) if lasting or "until" in rule else None,
        release_ms=rule.get("release_ms", 0) if lasting else None,
        points=tuple((effect["ledger"], effect["add"]) for effect in rule.get("effects", [])),
    )


def _has_threshold(when: Document) -> bool:
    return when.get("op") in _ORDERED and is_number(when.get("value"))


def _words(rule: Document) -> str:
    when = rule.get("when", {})
    if "on" in rule:
        return f"event {rule['on']}"
    if "signal" not in when:
        return "several conditions"
    return f"{when['signal']} {when['op']}" if _has_threshold(when) else f"{when['signal']} {_value(when)}"


def _value(when: Document) -> str:
    value = when["value"]
    plain = ", ".join(map(str, value)) if isinstance(value, list) else str(value).lower()
    return f"{when['op']} {plain}"


def _rule(rule: Document, draft: RuleDraft) -> dict[str, Any]:
    changed = copy.deepcopy(dict(rule))
    before = _draft(rule, True)
    if draft.severity != before.severity:
        changed["severity"] = draft.severity
    if draft.threshold is not None and draft.threshold != before.threshold:
        changed["when"]["value"] = _number(draft.threshold)
    for key, new, old in (
        ("for_ms", draft.for_ms, before.for_ms),
        ("release_ms", draft.release_ms, before.release_ms),
    ):
        if new is not None and new != old:
            changed[key] = new
    if draft.points != before.points:
        changed["effects"] = [{"ledger": ledger, "add": _number(add)} for ledger, add in draft.points]
    return changed


def report_for(base: Document, document: Document, on: Set[str]) -> dict[str, Any]:
    """Deductions and ladder for the rules that are on; one switched on again deducts what it did."""
    report = copy.deepcopy(dict(document.get("report", {})))
    deduct = report.get("deduct")
    if deduct is not None:
        before = base.get("report", {}).get("deduct", {}).get("by_rule", {})
        known = {**before, **deduct.get("by_rule", {})}
        if known:
            deduct["by_rule"] = {rule: points for rule, points in known.items() if rule in on}
    if "recommend" in report:
        report["recommend"] = [rung for rung in report["recommend"] if _can_fit(rung, on)]
    for rung in report.get("recommend", []):
        if "if" in rung:
            rung["if"] = [need for need in rung["if"] if _is_known(need[0], on)]
    return report


def _can_fit(rung: Document, on: Set[str]) -> bool:
    """A rule that is off raises no flags: a rung that asks for some of its flags never fits."""
    asked = [need for need in rung.get("if", []) if not _is_known(need[0], on)]
    return all(compare(0, op, parse_operand(value, op, "report.recommend")) for _field, op, value in asked)


def _is_known(field: str, on: Set[str]) -> bool:
    return not field.startswith(RULE_FIELD) or field.removeprefix(RULE_FIELD) in on


def _number(value: float) -> int | float:
    return int(value) if float(value).is_integer() else value
