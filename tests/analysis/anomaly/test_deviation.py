"""Robust deviations by hand: floors, limits, directions and unknowns."""

import pytest

from analysis.anomaly.blocks import FEATURES, Block
from analysis.anomaly.deviation import Normal, deviations, normals, own_beginning, robust_z
from tests.analysis.anomaly.simulated import DURATION_MS, frame, quiet_records

BY_NAME = {feature.name: feature for feature in FEATURES}


@pytest.mark.parametrize(
    ("name", "value", "normal", "expected"),
    [
        ("yaw_spread", 14.826, Normal(0.0, 2.0), 5.0),
        ("yaw_spread", 12.0, Normal(10.0, 0.0), 1.0),  # least spread 2 degrees
        ("yaw_spread", 6.0, Normal(10.0, 0.0), -2.0),  # a head that hardly moves is unusual
        ("away_share", 0.0, Normal(0.3, 0.01), 0.0),  # looking at the screen is not
        ("away_share", 1.0, Normal(0.0, 0.0), 1 / 0.03),
        ("clipboard_rate", 60.0, Normal(0.0, 0.0), 100.0),
        ("yaw_spread", None, Normal(10.0, 1.0), None),
        ("yaw_spread", 10.0, None, None),
    ],
)
def test_robust_z(name: str, value: float | None, normal: Normal | None, expected: float | None) -> None:
    assert robust_z(value, normal, BY_NAME[name]) == (None if expected is None else pytest.approx(expected))


def test_normals_are_medians_and_need_five() -> None:
    def block(value: float | None) -> Block:
        return Block(0, 1, (value,) + (None,) * (len(FEATURES) - 1))

    five = [block(value) for value in (1.0, 2.0, 3.0, 4.0, 100.0)]
    assert normals(five)[0] == Normal(3.0, 1.0)
    assert normals(five)[1] is None
    assert normals([*five[:4], block(None)])[0] is None


def test_the_own_beginning_is_ten_minutes() -> None:
    later = [frame(second, face_count=0) for second in range(600, 1200)]
    records = [record for record in quiet_records(1) if record.t_ms < 600_000]
    assert own_beginning([*records, *later], DURATION_MS) == own_beginning(records, DURATION_MS)


def test_unknown_is_nothing_unusual_to_the_forest() -> None:
    nothing = (None,) * len(FEATURES)
    measured = deviations(Block(0, 1, nothing), nothing, nothing)
    assert measured.row == (0.0,) * (2 * len(FEATURES))
