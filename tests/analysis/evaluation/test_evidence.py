"""What a look tells is counted, halved and rounded; the default policy holds what was counted."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.changepoint import Detector, Likelihood
from analysis.evaluation.evidence import Counted, Measured, Sample, measure, ratio_milli, told
from analysis.risk.conditions import Compare
from analysis.risk.library import BUILT_IN, load_policy

DETECTOR = Detector(
    "nobody",
    "face_count",
    None,
    (
        Likelihood(Compare("face_count", "==", 0), 2000),
        Likelihood(Compare("face_count", ">", 0), -1000),
    ),
    0,
    9000,
    (3000, 2000, 1000),
)


def samples(happens: int, seen: int, otherwise: int, invented: int) -> list[Sample]:
    yes = [Sample(True, {"face_count": 0 if place < seen else 1}) for place in range(happens)]
    no = [Sample(False, {"face_count": 0 if place < invented else 1}) for place in range(otherwise)]
    return [*yes, *no]


def test_a_table_is_counted_with_half_counts_and_halved() -> None:
    found = measure(DETECTOR, samples(14, 14, 156, 0))
    chance, usual = 14.5 / 15, 0.5 / 157
    assert found.rows[0] == Counted(14, 0, 10 * round(50 * math.log(chance / usual)))
    assert found.rows[1] == Counted(0, 156, 10 * round(50 * math.log((0.5 / 15) / (156.5 / 157))))
    assert (found.looks_happens, found.looks_otherwise, found.enough) == (14, 156, True)


def test_what_fits_no_row_is_no_look() -> None:
    unknown = [Sample(True, {"face_count": None}), Sample(False, {})]
    assert measure(DETECTOR, unknown) == Measured(
        "nobody", (Counted(0, 0, 0), Counted(0, 0, 0)), looks_happens=0, looks_otherwise=0
    )


def test_too_few_looks_leave_the_ratio_assumed() -> None:
    few = measure(DETECTOR, samples(4, 4, 156, 0))
    for measured in ({}, {"nobody": few}):
        assert told([DETECTOR], measured) == {"nobody": {"basis": "assumed", "llr_milli": [2000, -1000]}}


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 300), st.integers(0, 300))
def test_a_ratio_is_finite_and_turns_with_its_sides(yes: int, more: int, no: int, others: int) -> None:
    ratio = ratio_milli(yes, yes + more, no, no + others, 2)
    assert ratio == -ratio_milli(no, no + others, yes, yes + more, 2)
    assert abs(ratio) < 10_000
    assert ratio_milli(yes + 1, yes + more + 1, no, no + others, 2) >= ratio


def test_the_default_policy_holds_the_committed_evidence() -> None:
    committed = json.loads((BUILT_IN / "evidence" / "default.json").read_text(encoding="utf-8"))
    assert committed["off"] == []
    held = {one.name: [row.llr_milli for row in one.table] for one in load_policy("default").detect}
    assert held == {name: one["llr_milli"] for name, one in committed["detectors"].items()}
    assumed = {name for name, one in committed["detectors"].items() if one["basis"] == "assumed"}
    assert assumed == {"eyes_shut", "screen_seen", "book_seen", "somebody_near"}


@pytest.mark.parametrize("name", ["speaking", "covered", "somebody_else", "phone_seen"])
def test_each_sensitivity_waits_for_another_amount(name: str) -> None:
    detector = next(one for one in load_policy("default").detect if one.name == name)
    low, normal, high = detector.limits_milli
    assert low > 1.4 * normal > 1.4 * 1.4 * high
