"""The curve keeps its ends and its peaks, whatever is left out."""

from hypothesis import given
from hypothesis import strategies as st

from proctoring.curve import CurvePoint, downsample


def test_a_short_curve_stays_as_it_is() -> None:
    points = [CurvePoint(0, 0), CurvePoint(1000, 5000)]

    assert downsample(points) == points


def test_one_spike_in_three_hours_is_kept() -> None:
    points = [CurvePoint(second * 1000, 90_000 if second == 7777 else 0) for second in range(10_800)]

    small = downsample(points)

    assert len(small) <= 600
    assert CurvePoint(7_777_000, 90_000) in small
    assert (small[0], small[-1]) == (points[0], points[-1])


@given(st.lists(st.integers(-5000, 100_000), max_size=200), st.integers(4, 40))
def test_order_ends_and_extremes_survive(scores: list[int], most: int) -> None:
    points = [CurvePoint(number, score) for number, score in enumerate(scores)]

    small = downsample(points, most)

    assert len(small) <= max(most, 0)
    assert small == sorted(small, key=lambda point: point.t_ms)
    if scores:
        kept = [point.score_milli for point in small]
        assert (max(kept), min(kept)) == (max(scores), min(scores))
        assert (small[0], small[-1]) == (points[0], points[-1])
