"""Conditions of rules, in three-valued logic: true, false and None for unknown (Kleene's strong logic).

A comparison with an unknown signal (absent or null), or one that its operator cannot order (text with `>`),
is unknown. `all` is false if any part is false, else unknown if any is unknown; `any` is true if any part is
true, else unknown if any is unknown; `not` of unknown is unknown. A boolean equals only a boolean: true is
not 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from analysis.risk.reading import PolicyError, Section, items_of, member

Scalar = bool | int | float | str | None
Operand = bool | int | float | str | tuple[bool | int | float | str, ...]
Truth = bool | None

DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Compare:
    """`signal op value`."""

    signal: str
    op: str
    value: Operand


@dataclass(frozen=True, slots=True)
class AllOf:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: Condition


Condition = Compare | AllOf | AnyOf | Not


def same(left: object, right: object) -> bool:
    return isinstance(left, bool) == isinstance(right, bool) and left == right


def is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _contains(left: object, options: object) -> bool:
    return isinstance(options, tuple) and any(same(left, option) for option in options)


_EQUALITY: dict[str, Callable[[object, object], bool]] = {
    "==": same,
    "!=": lambda left, right: not same(left, right),
    "in": _contains,
}
_ORDER: dict[str, Callable[[float, float], bool]] = {
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    "abs>": lambda left, right: abs(left) > right,
    "abs>=": lambda left, right: abs(left) >= right,
}
OPERATORS = ("==", "!=", ">", ">=", "<", "<=", "in", "abs>", "abs>=")


def compare(left: Scalar, op: str, right: Operand) -> Truth:
    """The truth of `left op right`; None when left is unknown or cannot be ordered."""
    if left is None:
        return None
    equality = _EQUALITY.get(op)
    if equality is not None:
        return equality(left, right)
    if not isinstance(left, (int, float)) or isinstance(left, bool) or not isinstance(right, (int, float)):
        return None
    return _ORDER[op](left, right)


def evaluate(condition: Condition, signals: Mapping[str, Scalar]) -> Truth:
    """The truth of a condition for the signals held now (name -> value, None or absent = unknown)."""
    if isinstance(condition, Compare):
        return compare(signals.get(condition.signal), condition.op, condition.value)
    if isinstance(condition, Not):
        truth = evaluate(condition.part, signals)
        return None if truth is None else not truth
    decisive = isinstance(condition, AnyOf)
    unknown = False
    for part in condition.parts:
        truth = evaluate(part, signals)
        if truth is decisive:
            return decisive
        unknown = unknown or truth is None
    return None if unknown else not decisive


def signals_of(condition: Condition) -> frozenset[str]:
    """The names of all signals that a condition reads."""
    if isinstance(condition, Compare):
        return frozenset({condition.signal})
    if isinstance(condition, Not):
        return signals_of(condition.part)
    return frozenset().union(*(signals_of(part) for part in condition.parts))


def parse_condition(value: object, path: str, depth: int = 0) -> Condition:
    """A condition from its JSON form; raises PolicyError naming the wrong key."""
    if depth > DEEPEST:
        raise PolicyError(path, f"is nested more than {DEEPEST} deep")
    section = Section(value, path, ("signal", "op", "value", "all", "any", "not"))
    forms = [key for key in ("signal", "all", "any", "not") if key in section]
    if len(forms) != 1:
        raise PolicyError(path, "must hold exactly one of signal (with op and value), all, any, not")
    form = forms[0]
    if form == "signal":
        return _parse_compare(section)
    extra = [key for key in ("op", "value") if key in section]
    if extra:
        raise PolicyError(section.at(extra[0]), f"belongs to a signal, not to {form}")
    if form == "not":
        return Not(parse_condition(section.values["not"], section.at("not"), depth + 1))
    parts = tuple(parse_condition(item, at, depth + 1) for at, item in section.items(form))
    if not parts:
        raise PolicyError(section.at(form), "must hold at least one condition")
    return AllOf(parts) if form == "all" else AnyOf(parts)


def _parse_compare(section: Section) -> Compare:
    op = section.choice("op", OPERATORS)
    if "value" not in section:
        raise PolicyError(section.at("value"), "is missing")
    return Compare(section.text("signal"), op, parse_operand(section.values["value"], op, section.path))


def parse_operand(value: object, op: str, path: str) -> Operand:
    """The right-hand side that `op` needs: a number to order by, a list for `in`, else one scalar."""
    at = member(path, "value")
    if op == "in":
        items = items_of(value, at)
        return tuple(_scalar(item, item_at) for item_at, item in items)
    scalar = _scalar(value, at)
    if op in _ORDER and not is_number(scalar):
        raise PolicyError(at, f"must be a number, since {op} orders numbers")
    return scalar


def _scalar(value: object, path: str) -> bool | int | float | str:
    if value is None:
        raise PolicyError(path, "is null; null means unknown and compares with nothing")
    if not isinstance(value, (bool, int, float, str)) or (
        isinstance(value, float) and not math.isfinite(value)
    ):
        raise PolicyError(path, "must be a finite number, text, true or false")
    return value
