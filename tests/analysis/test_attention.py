"""The direction of a head: entered at one limit, left at a nearer one, kept where landmarks collapse."""

import pytest

from analysis.attention import Attention, attention, attention_words
from analysis.observations import looking_away
from tests.analysis.faces import face


def told(*poses: tuple[float, float]) -> list[Attention | None]:
    """Of a row of (yaw, pitch)."""
    before: Attention | None = None
    answers = []
    for yaw_deg, pitch_deg in poses:
        before = attention(before, face(yaw_deg=yaw_deg, pitch_deg=pitch_deg), 640)
        answers.append(before)
    return answers


@pytest.mark.parametrize(
    ("yaw_deg", "pitch_deg", "expected"),
    [
        (0.0, 0.0, "screen"),
        (25.0, 0.0, "screen"),
        (25.1, 0.0, "left"),
        (-25.1, 0.0, "right"),
        (0.0, 18.1, "up"),
        (0.0, -20.0, "screen"),
        (0.0, -20.1, "down"),
        (30.0, -40.0, "down"),
        (-50.0, -25.0, "right"),
    ],
)
def test_where_away_begins(yaw_deg: float, pitch_deg: float, expected: Attention) -> None:
    seen = face(yaw_deg=yaw_deg, pitch_deg=pitch_deg)
    assert attention(None, seen, 640) == expected
    assert looking_away(seen, 640) is (expected != "screen")


@pytest.mark.parametrize(
    ("turned", "still_away", "back"),
    [
        ((30.0, 0.0), (18.1, 0.0), (18.0, 0.0)),
        ((-30.0, 0.0), (-18.1, 0.0), (-18.0, 0.0)),
        ((0.0, -30.0), (0.0, -14.1), (0.0, -14.0)),
        ((0.0, 30.0), (0.0, 12.1), (0.0, 12.0)),
    ],
)
def test_where_it_ends(
    turned: tuple[float, float], still_away: tuple[float, float], back: tuple[float, float]
) -> None:
    first, second, third, again = told(turned, still_away, back, still_away)
    assert first == second != "screen"
    assert (third, again) == ("screen", "screen")


def test_from_one_side_to_the_other() -> None:
    assert told((30.0, 0.0), (-20.0, 0.0), (-30.0, 0.0)) == ["left", "screen", "right"]


def test_a_collapsed_mesh_keeps_the_side_that_was_known() -> None:
    gone = face(yaw_deg=None, score=0.9)
    assert [attention(before, gone, 640) for before in (None, "screen", "left", "right", "down")] == [
        "far",
        "far",
        "left",
        "right",
        "far",
    ]


def test_a_doubtful_face_without_landmarks_is_unknown() -> None:
    assert attention("left", face(yaw_deg=None, score=0.6), 640) is None
    assert attention("left", None, 640) is None


def test_words() -> None:
    assert attention_words({"attention": "down"}) == "The head was lowered."
    assert [attention_words({"attention": value}) for value in ("screen", None)] == ["", ""]
    assert attention_words({}) == ""
