"""Conditions: operators and three-valued logic."""

from __future__ import annotations

from typing import Any

import pytest

from analysis.risk.conditions import Scalar, Truth, evaluate, parse_condition, signals_of
from analysis.risk.reading import PolicyError

KNOWN: dict[str, Truth] = {"t": True, "f": False, "u": None}


def leaf(name: str) -> dict[str, Any]:
    return {"signal": name, "op": "==", "value": True}


def truth(form: str, names: str) -> Truth:
    condition = parse_condition({form: [leaf(name) for name in names]}, "when")
    return evaluate(condition, KNOWN)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("tt", True),
        ("tf", False),
        ("ff", False),
        ("tu", None),
        ("ut", None),
        ("fu", False),
        ("uf", False),
        ("uu", None),
    ],
)
def test_all_is_false_if_any_part_is_false_else_unknown(names: str, expected: Truth) -> None:
    assert truth("all", names) is expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("tt", True),
        ("tf", True),
        ("ff", False),
        ("tu", True),
        ("ut", True),
        ("fu", None),
        ("uf", None),
        ("uu", None),
    ],
)
def test_any_is_true_if_any_part_is_true_else_unknown(names: str, expected: Truth) -> None:
    assert truth("any", names) is expected


@pytest.mark.parametrize(("name", "expected"), [("t", False), ("f", True), ("u", None)])
def test_not_of_unknown_is_unknown(name: str, expected: Truth) -> None:
    assert evaluate(parse_condition({"not": leaf(name)}, "when"), KNOWN) is expected


@pytest.mark.parametrize(
    ("op", "value", "signal", "expected"),
    [
        ("==", 0, 0, True),
        ("==", 1, True, False),
        ("==", True, True, True),
        ("!=", "left", "right", True),
        ("!=", "left", None, None),
        (">", 1, 2, True),
        (">", 1, 1, False),
        (">=", 1, 1, True),
        ("<", 0.18, 0.179, True),
        ("<", 0.18, 0.18, False),
        ("<=", 0.18, 0.18, True),
        ("in", ["left", "up"], "up", True),
        ("in", ["left", "up"], "center", False),
        ("in", [1], True, False),
        ("abs>", 25, -26.5, True),
        ("abs>", 25, -25, False),
        ("abs>=", 25, -25, True),
        (">", 1, "many", None),
        (">", 0, True, None),
        (">", 1, None, None),
    ],
)
def test_operators(op: str, value: object, signal: Scalar, expected: Truth) -> None:
    condition = parse_condition({"signal": "x", "op": op, "value": value}, "when")
    assert evaluate(condition, {"x": signal}) is expected


def test_an_absent_signal_is_unknown() -> None:
    assert evaluate(parse_condition(leaf("nobody"), "when"), {}) is None


def test_the_signals_of_a_nested_condition() -> None:
    condition = parse_condition({"all": [leaf("a"), {"not": {"any": [leaf("b"), leaf("a")]}}]}, "when")
    assert signals_of(condition) == {"a", "b"}


@pytest.mark.parametrize(
    ("document", "path", "words"),
    [
        ([], "when", "must be an object"),
        ({}, "when", "exactly one of"),
        ({"all": [], "any": []}, "when", "exactly one of"),
        ({"all": []}, "when.all", "at least one"),
        ({"all": {}}, "when.all", "must be a list"),
        ({"all": [leaf("a"), {"signal": "b", "op": "~", "value": 1}]}, "when.all[1].op", "must be one of"),
        ({"not": leaf("a"), "op": "=="}, "when.op", "belongs to a signal"),
        ({"signal": "a", "op": "=="}, "when.value", "is missing"),
        ({"signal": "a", "op": "==", "value": None}, "when.value", "null means unknown"),
        ({"signal": "a", "op": ">", "value": True}, "when.value", "must be a number"),
        ({"signal": "a", "op": ">", "value": "3"}, "when.value", "must be a number"),
        ({"signal": "a", "op": "in", "value": 3}, "when.value", "must be a list"),
        ({"signal": "a", "op": "in", "value": [[1]]}, "when.value[0]", "must be a finite number"),
        ({"signal": "a", "op": "==", "value": float("nan")}, "when.value", "must be a finite number"),
        ({"signal": 3, "op": "==", "value": 1}, "when.signal", "must be text"),
        ({"signl": "a"}, "when.signl", "did you mean 'signal'"),
    ],
)
def test_a_wrong_condition_is_refused_by_its_path(document: object, path: str, words: str) -> None:
    with pytest.raises(PolicyError) as refused:
        parse_condition(document, "when")
    assert refused.value.path == path
    assert words in refused.value.message


def test_a_condition_nested_without_end_is_refused() -> None:
    document: dict[str, Any] = leaf("a")
    for _ in range(50):
        document = {"not": document}
    with pytest.raises(PolicyError, match="nested more than 12 deep"):
        parse_condition(document, "when")
