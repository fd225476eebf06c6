"""Evidence adds up by time, is weighed by quality, and wears off; whole numbers throughout."""

from __future__ import annotations

import pytest

from analysis.changepoint import Detector, Evidence, Likelihood, take
from analysis.risk.conditions import Compare, Scalar

DETECTOR = Detector(
    name="nobody",
    signal="face_count",
    quality="quality",
    table=(
        Likelihood(Compare("face_count", "==", 0), 2000),
        Likelihood(Compare("face_count", ">", 0), -1500),
    ),
    drift_milli=100,
    ceiling_milli=9000,
    limits_milli=(8000, 4000, 2000),
)


def after(*counts: Scalar, every_ms: int = 1000, sensitivity: str = "normal", **more: Scalar) -> Evidence:
    evidence = Evidence()
    for place, count in enumerate(counts):
        values = {"face_count": count, **more}
        evidence = take(evidence, DETECTOR, values, place * every_ms, sensitivity)
    return evidence


@pytest.mark.parametrize(
    ("counts", "total"),
    [
        ((0,), 1900),
        ((0, 0), 3800),
        ((0, 0, 0), 5700),
        ((0, 0, 1), 2200),
        ((0, 1, 1), 0),
        ((1, 1), 0),
        ((0, None, None), 1900),
        ((0,) * 9, 9000),
    ],
)
def test_the_sum(counts: tuple[Scalar, ...], total: int) -> None:
    assert after(*counts).sum_milli == total


def test_evidence_counts_by_time_and_not_by_frame() -> None:
    assert after(0, 0, 0, 0, 0, every_ms=250).sum_milli == 1900 + 4 * 475
    assert after(0, 0, every_ms=30_000).sum_milli == 3800


@pytest.mark.parametrize(
    ("quality", "total"), [(1, 1900), (0.5, 900), (0, 0), (None, 1900), (7, 1900), (True, 1900)]
)
def test_a_bad_picture_says_less(quality: Scalar, total: int) -> None:
    assert after(0, quality=quality).sum_milli == total


@pytest.mark.parametrize(("sensitivity", "frames"), [("high", 2), ("normal", 3), ("low", 5)])
def test_the_limit_is_a_matter_of_sensitivity(sensitivity: str, frames: int) -> None:
    assert not after(*[0] * (frames - 1), sensitivity=sensitivity).alarm
    assert after(*[0] * frames, sensitivity=sensitivity).alarm


def test_the_alarm_stays_until_nothing_is_left() -> None:
    assert after(0, 0, 0, 1) == Evidence(4100, True, 3000)
    assert after(0, 0, 0, 1, 1, 1) == Evidence(900, True, 5000)
    assert after(0, 0, 0, 1, 1, 1, 1) == Evidence(0, False, 6000)
