"""The same findings as Markdown and for a terminal."""

from __future__ import annotations

from analysis.evaluation.findings import Section, Table, markdown, per_hour, plain, points, rate
from analysis.evaluation.statistics import Interval, PerHour, Rate

SECTION = Section(
    kind="eyes",
    title="Eyes closed",
    detector="eyes",
    tables=(Table("Answers", ("truth", "right"), (("a|b", "1 of 2"), ("closed", "-"))),),
    notes=("Small.",),
    wrong=("a.jpg: open",),
    unmeasured=("glasses",),
)


def test_figures_carry_their_intervals() -> None:
    assert rate(Rate(11, 12)) == "11 of 12, 91.7 % (64.6 to 98.5)"
    assert rate(Rate(0, 0)) == "-"
    assert per_hour(PerHour(0, 3_600_000)) == "0.0 (0.0 to 3.7)"
    assert points(Interval(-0.003, 0.054)) == "-0.3 to +5.4"


def test_markdown() -> None:
    assert markdown("Accuracy", ["One."], [SECTION]) == (
        "# Accuracy\n\nOne.\n\n## Eyes closed\n\nDetector: eyes.\n\nAnswers:\n\n"
        "| truth | right |\n| --- | --- |\n| a\\|b | 1 of 2 |\n| closed | - |\n\nSmall.\n\n"
        "Went wrong:\n\n- a.jpg: open\n\nNot measured:\n\n- glasses\n"
    )


def test_plain_text() -> None:
    assert plain("Accuracy", ["One."], [SECTION]) == (
        "Accuracy\n========\nOne.\n\nEyes closed\n-----------\nDetector: eyes.\n\nAnswers:\n"
        "  truth   right\n  a|b     1 of 2\n  closed  -\n\nSmall.\nWent wrong:\n  a.jpg: open\n"
        "Not measured:\n  glasses\n"
    )
