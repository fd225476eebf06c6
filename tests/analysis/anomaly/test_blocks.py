"""What five minutes of a log come to, by hand."""

import pytest

from analysis.anomaly.blocks import FEATURES, Block, blocks
from analysis.risk.log import Record
from tests.analysis.anomaly.simulated import frame

UNKNOWN = dict.fromkeys(
    (
        "away_share",
        "away_rate",
        "yaw_spread",
        "pitch_spread",
        "direction_entropy",
        "place_spread",
        "no_face_share",
        "faces_share",
        "eyes_closed_share",
        "unknown_share",
    )
)
NO_EVENTS = {"speech_share": 0.0, "leaving_rate": 0.0, "clipboard_rate": 0.0, "technical_rate": 0.0}


def named(block: Block) -> dict[str, float | None]:
    return {feature.name: value for feature, value in zip(FEATURES, block.values, strict=True)}


def test_a_silent_block_is_unknown_and_not_zero() -> None:
    (block,) = blocks([], 300_000)
    assert named(block) == {**UNKNOWN, **NO_EVENTS}


def test_shares_spreads_and_rates() -> None:
    """Twenty pictures: the last ten turned by 40 degrees, two without a face, one that nobody could judge."""
    records = []
    for second in range(20):
        values: dict[str, float | bool | None] = {
            "face_count": 1,
            "looking_away": second >= 10,
            "yaw": 40.0 if second >= 10 else 0.0,
            "pitch": 0.0,
            "eyes_closed": second == 3,
            "face_x": 0.5,
            "face_y": 0.5,
        }
        if second in (5, 6):
            values = {"face_count": 0, "looking_away": None}
        if second == 7:
            values = {"face_count": None, "looking_away": None}
        records.append(frame(second, **values))
    records += [Record("audio", n, n * 1000, values={"speech": n < 30}) for n in range(60)]
    records += [
        Record("browser", 1, 1000, event="paste", n=5),
        Record("browser", 2, 2000, event="tab_hidden"),
    ]

    (block,) = blocks(records, 300_000)

    assert named(block) == {
        "away_share": 10 / 17,
        "away_rate": 0.2,
        "yaw_spread": pytest.approx(40 * (7 / 17 * 10 / 17) ** 0.5),
        "pitch_spread": 0.0,
        "direction_entropy": pytest.approx(0.97742, abs=1e-5),
        "place_spread": 0.0,
        "no_face_share": 2 / 19,
        "faces_share": 0.0,
        "eyes_closed_share": 1 / 17,
        "unknown_share": 1 / 20,
        "speech_share": 30 / 300,
        "leaving_rate": 0.2,
        "clipboard_rate": 1.0,
        "technical_rate": 0.0,
    }


def test_the_order_of_arrival_and_doubles_change_nothing() -> None:
    records = [frame(second, face_count=1, looking_away=second % 3 == 0) for second in range(600)]
    assert blocks(records, 600_000) == blocks([*reversed(records), *records], 600_000)


@pytest.mark.parametrize(
    ("duration_ms", "ends"),
    [
        (0, []),
        (149_999, []),
        (150_000, [150_000]),
        (449_999, [300_000]),
        (450_000, [300_000, 450_000]),
    ],
)
def test_a_short_last_block_is_left_out(duration_ms: int, ends: list[int]) -> None:
    assert [block.end_ms for block in blocks([], duration_ms)] == ends
