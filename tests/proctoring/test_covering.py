"""A second that any frame shows is covered, once, in whatever order its frames come."""

import pytest

from proctoring.models import RiskState
from tests.proctoring.sittings import frame, make_sitting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]


@pytest.mark.parametrize(
    ("times_ms", "covered", "newest"),
    [
        ([1900], 1, 1),
        ([100, 600, 900], 1, 0),
        ([100, 1100, 2100], 3, 2),
        ([5000, 1000, 1900, 5999, 4999], 3, 5),
        ([3000, 3500, 2000, 3999, 2999, 4000], 3, 4),
    ],
)
def test_each_second_counts_once(times_ms: list[int], covered: int, newest: int) -> None:
    session = make_sitting()
    for seq, t_ms in enumerate(times_ms, start=1):
        frame(session, seq, t_ms)
    risk = RiskState.objects.get()
    assert (risk.covered_seconds, risk.newest_covered_second) == (covered, newest)
    assert risk.frames_recorded == len(times_ms)


def test_a_frame_that_comes_again_covers_nothing_more() -> None:
    session = make_sitting()
    for _ in range(2):
        frame(session, 1, 1000)
    assert RiskState.objects.get().covered_seconds == 1
