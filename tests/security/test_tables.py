"""Every requirement and every bad input has its row, and every test that a row names is there."""

import ast
from functools import cache

import pytest

from tests.security.tables import ROOT, STATES, bad_inputs, requirements

# The levels of the items of each section of ASVS 5.0.0, in their order.
LEVELS = {
    "1.1": "22", "1.2": "1111122223", "1.3": "112222222223", "1.4": "222", "1.5": "123",
    "2.1": "122", "2.2": "112", "2.3": "12223", "2.4": "23",
    "3.1": "3", "3.2": "113", "3.3": "12223", "3.4": "11222233", "3.5": "11122333", "3.6": "3",
    "3.7": "22333",
    "4.1": "12233", "4.2": "23333", "4.3": "22", "4.4": "1222",
    "5.1": "2", "5.2": "112333", "5.3": "113", "5.4": "222",
    "6.1": "122", "6.2": "111111112222", "6.3": "11223333", "6.4": "112233", "6.5": "22222333",
    "6.6": "2223", "6.7": "33", "6.8": "2222",
    "7.1": "222", "7.2": "1111", "7.3": "22", "7.4": "11222", "7.5": "223", "7.6": "22",
    "8.1": "1233", "8.2": "1123", "8.3": "133", "8.4": "23",
    "9.1": "111", "9.2": "1222",
    "10.1": "22", "10.2": "223", "10.3": "22223", "10.4": "1111122222233333", "10.5": "22222", "10.6": "22",
    "10.7": "222",
    "11.1": "2233", "11.2": "22233", "11.3": "11233", "11.4": "1222", "11.5": "23", "11.6": "23",
    "11.7": "33",
    "12.1": "12233", "12.2": "11", "12.3": "22223",
    "13.1": "2333", "13.2": "222223", "13.3": "2233", "13.4": "1222233",
    "14.1": "22", "14.2": "12223333", "14.3": "122",
    "15.1": "12233", "15.2": "12233", "15.3": "1222222", "15.4": "3333",
    "16.1": "2", "16.2": "22222", "16.3": "2222", "16.4": "222", "16.5": "2223",
    "17.1": "23", "17.2": "22223333", "17.3": "22",
}  # fmt: skip
ROWS = 96


@cache
def functions_in(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, kinds))


def what_is_missing(evidence: tuple[str, ...]) -> list[str]:
    missing = []
    for one in evidence:
        file, _, name = one.partition("::")
        if not (ROOT / file).is_file() or (name and name not in functions_in(file)):
            missing.append(one)
    return missing


def test_every_item_of_the_first_two_levels_has_one_row_with_its_level() -> None:
    wanted = {
        f"V{section}.{number}": int(level)
        for section, levels in LEVELS.items()
        for number, level in enumerate(levels, start=1)
        if level in "12"
    }
    assert (list(wanted.values()).count(1), list(wanted.values()).count(2)) == (70, 183)
    found = requirements()
    assert len({one.id for one in found}) == len(found)
    assert {one.id: one.level for one in found} == wanted


@pytest.mark.parametrize("one", requirements(), ids=lambda one: one.id)
def test_what_applies_has_evidence_and_the_rest_a_reason(one: object) -> None:
    requirement = next(each for each in requirements() if each == one)
    assert requirement.title
    if not requirement.applies:
        assert requirement.reason
        assert not requirement.state
        return
    assert requirement.state in STATES
    assert requirement.evidence
    assert requirement.state == "met" or requirement.reason
    assert what_is_missing(requirement.evidence) == []


def test_every_bad_input_has_one_row_with_its_tests_or_a_reason() -> None:
    found = bad_inputs()
    assert [one.row for one in found] == list(range(1, ROWS + 1))
    assert [one.row for one in found if not one.tests and not one.note] == []
    assert [one.row for one in found if one.tests and not one.answer] == []
    assert [missing for one in found for missing in what_is_missing(one.tests)] == []
