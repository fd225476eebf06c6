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
    begins, ends = command.marks(command.FIGURES)
    page = tmp_path / "page.md"
    page.write_text(f"before\n{begins}old\n{ends}after\n")
    monkeypatch.setattr(command, "PAGE", page)
    for _ in range(2):
        command._put(command.FIGURES, "| new |\n")
    assert page.read_text() == f"before\n{begins}\n| new |\n\n{ends}after\n"


@pytest.mark.parametrize("place", [command.FIGURES, command.REQUIREMENTS])
def test_the_page_in_the_repository_has_a_place_for_them(place: str) -> None:
    text = command.PAGE.read_text(encoding="utf-8")
    begins, ends = command.marks(place)
    assert text.count(begins) == text.count(ends) == 1
    assert text.index(begins) < text.index(ends)


def test_the_page_says_of_the_requirements_what_the_command_says_and_no_hand() -> None:
    begins, ends = command.marks(command.REQUIREMENTS)
    page = command.PAGE.read_text(encoding="utf-8").partition(begins)[2].partition(ends)[0]
    assert page == f"\n{command.met_table()}\n", "Run `python -m tests.security --requirements --write`."


def test_asking_for_the_requirements_runs_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "outcomes_of", lambda *_, **__: pytest.fail("something was run"))
    assert command.main(["--requirements"]) == 0
    assert capsys.readouterr().out == command.met_table() + "\n"
