"""The table is made of what ran, and what did not run has not passed."""

from pathlib import Path

import pytest

from tests.security import __main__ as command
from tests.security.outcomes import FAILED, LEFT_OUT, PASSED, outcomes_of, worst

THREE = """
import pytest

@pytest.mark.parametrize("number", [1, 2])
def test_passes(number): ...

def test_fails():
    raise AssertionError

@pytest.mark.skip(reason="not here")
def test_is_left_out(): ...
"""


def test_each_case_is_read_under_the_name_of_its_test(tmp_path: Path) -> None:
    file = tmp_path / "test_three.py"
    file.write_text(THREE)
    found = outcomes_of([str(file)], settings="config.settings.test")
    named = {name.rpartition("::")[2]: outcomes for name, outcomes in found.items()}
    assert named == {
        "test_passes": [PASSED, PASSED],
        "test_fails": [FAILED],
        "test_is_left_out": [LEFT_OUT],
    }
    assert outcomes_of([f"{file}::test_nowhere"], settings="config.settings.test") == {}


@pytest.mark.parametrize(
    ("tests", "outcome"),
    [
        (["a"], PASSED),
        (["a", "b"], FAILED),
        (["a", "c"], LEFT_OUT),
        (["a", "never ran"], LEFT_OUT),
        (["b", "c"], FAILED),
    ],
)
def test_a_row_is_as_good_as_its_worst_case(tests: list[str], outcome: str) -> None:
    assert worst({"a": [PASSED], "b": [PASSED, FAILED], "c": [LEFT_OUT]}, tests) == outcome


def test_the_figures_take_the_place_of_the_last_ones_and_of_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{command.BEGINS}old\n{command.ENDS}after\n")
    monkeypatch.setattr(command, "PAGE", page)
    for _ in range(2):
        command._put("| new |\n")
    assert page.read_text() == (
        f"before\n{command.BEGINS}\n## What was tried\n\n| new |\n\n{command.ENDS}after\n"
    )


def test_the_page_in_the_repository_has_a_place_for_them() -> None:
    text = command.PAGE.read_text(encoding="utf-8")
    assert text.count(command.BEGINS) == text.count(command.ENDS) == 1
    assert text.index(command.BEGINS) < text.index(command.ENDS)
