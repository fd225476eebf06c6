"""Who went through the border of the picture, and who only vanished."""

import json
from dataclasses import asdict, replace

import pytest

from analysis.leaving import Leaving, Way, watch_leaving
from analysis.observations import Box, Face
from tests.analysis.faces import face

SIZE_PX = (640, 480)


def at(x_px: float, y_px: float = 150.0) -> Face:
    return replace(face(), box_px=Box(x_px, y_px, 100.0, 120.0))


def told(*pictures: Face | None, step_ms: int = 500) -> list[Leaving | None]:
    way = Way()
    answers = []
    for number, seen in enumerate(pictures):
        way, answer = watch_leaving(way, seen, int(seen is not None), number * step_ms, SIZE_PX)
        way = Way.from_json(json.loads(json.dumps(asdict(way))))
        answers.append(answer)
    return answers


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (at(530.0), "left"),
        (at(10.0), "right"),
        (at(270.0, 10.0), "up"),
        (at(270.0, 350.0), "down"),
        (at(270.0), "no"),
    ],
)
def test_the_side_is_the_persons_own(last: Face, expected: Leaving) -> None:
    assert told(last, last, None, None) == ["no", "no", expected, expected]


def test_who_was_on_the_way_out_left() -> None:
    """150 pixels in half a second: the next picture would have been outside."""
    assert told(at(270.0), at(420.0), None) == ["no", "no", "left"]


def test_who_comes_back_is_there() -> None:
    assert told(at(530.0), None, at(530.0), at(270.0), at(270.0), None) == [
        "no",
        "left",
        "no",
        "no",
        "no",
        "no",
    ]


def test_a_gap_hides_the_way() -> None:
    assert told(at(530.0), None, step_ms=3001) == ["no", "no"]
    assert told(at(530.0), None, step_ms=3000) == ["no", "left"]


def test_an_unknown_count_keeps_what_was_known() -> None:
    way, _told = watch_leaving(Way(), at(530.0), 1, 0, SIZE_PX)
    assert watch_leaving(way, None, None, 500, SIZE_PX) == (way, None)
    assert watch_leaving(way, None, 0, 1000, SIZE_PX)[1] == "left"


def test_several_faces_tell_nobodys_way() -> None:
    way, _told = watch_leaving(Way(), at(530.0), 1, 0, SIZE_PX)
    assert watch_leaving(way, None, 2, 500, SIZE_PX) == (Way(), "no")


def test_an_empty_beginning() -> None:
    assert told(None, None) == ["no", "no"]
