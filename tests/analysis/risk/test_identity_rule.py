"""Somebody else in the default policy: three clear unlike looks in a row, told since the first."""

import pytest

from analysis.risk.library import load_policy
from analysis.risk.log import Record
from analysis.risk.result import Result
from tests.analysis.risk.builders import episodes_of, fired_at, run

POLICY = load_policy("default")


def looked(*unlike: bool | None) -> Result:
    """A look every second, with a frame between that says nothing of faces' owners."""
    records = []
    for second, each in enumerate(unlike):
        values = {"identity_unlike": each, "identity_distance": None if each is None else 0.9}
        records.append(Record("objects", second + 1, 1000 * second, values=values))
        records.append(Record("video", second + 1, 1000 * second + 500, values={"face_count": 1}))
    return run(records, POLICY)


def test_the_flag_is_since_the_first_unlike_look_and_ends_with_the_first_like_one() -> None:
    result = looked(False, True, True, True, True, False, False)
    assert fired_at(result.flags) == [("SOMEBODY_ELSE", 1000, 3000)]
    assert episodes_of(result) == [("SOMEBODY_ELSE", 1000, 5000)]
    assert [flag.severity for flag in result.flags] == ["critical"]


def test_unclear_looks_between_are_waited_through_and_count_for_nothing() -> None:
    assert fired_at(looked(True, None, True, None, None, True).flags) == [("SOMEBODY_ELSE", 0, 5000)]


@pytest.mark.parametrize(
    "looks",
    [
        (True, True, False, True, True, False),
        (True, True, False, True),
        (True, True, None, None, None),
        (None, None, None),
        (True, None, False, True, None, True, False),
    ],
)
def test_fewer_than_three_in_a_row_are_nothing(looks: tuple[bool | None, ...]) -> None:
    assert fired_at(looked(*looks).flags) == []
