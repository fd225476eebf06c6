"""A reading is known only where its quality carries it."""

from __future__ import annotations

import math

import pytest

from analysis.reading import Reading


@pytest.mark.parametrize(("quality", "known"), [(0.0, None), (0.499, None), (0.5, "phone"), (1.0, "phone")])
def test_a_value_is_known_from_half_quality_on(quality: float, known: str | None) -> None:
    assert Reading("phone", quality, "objects", "1").known == known


def test_a_false_value_is_known_too_and_no_value_never_is() -> None:
    assert Reading(False, 1.0, "objects", "1").known is False
    nothing: Reading[bool] = Reading(None, 1.0, "objects", "1")
    assert nothing.known is None


@pytest.mark.parametrize("quality", [-0.001, 1.001, math.nan])
def test_a_quality_outside_its_range_is_refused(quality: float) -> None:
    with pytest.raises(ValueError, match="quality must lie between 0 and 1"):
        Reading(1, quality, "objects", "1")
