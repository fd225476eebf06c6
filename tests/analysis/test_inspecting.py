"""The slow look is regular, comes at once on a reason, and is never more frequent than once a second."""

import pytest

from analysis.inspecting import Watch, due
from analysis.observations import Scalar

Frames = list[tuple[int, dict[str, Scalar]]]
ALONE: dict[str, Scalar] = {"face_count": 1, "pitch": 0.0}
NOBODY: dict[str, Scalar] = {"face_count": 0, "pitch": None}
TWO: dict[str, Scalar] = {"face_count": 2, "pitch": None}
UNKNOWN: dict[str, Scalar] = {"face_count": None, "pitch": None}
DOWN: dict[str, Scalar] = {"face_count": 1, "pitch": -30.0}


def inspected(frames: Frames, *, pursuing: bool = False) -> list[int]:
    watch, taken = Watch(), []
    for t_ms, signals in frames:
        decision = due(watch, t_ms, signals, pursuing=pursuing)
        watch = decision.watch_inspected if decision.due else decision.watch
        if decision.due:
            taken.append(t_ms)
    return taken


def seconds(*signals: dict[str, Scalar]) -> Frames:
    return [(1000 * second, signal) for second, signal in enumerate(signals)]


def test_the_first_frame_and_then_every_five_seconds() -> None:
    assert inspected(seconds(*[ALONE] * 12)) == [0, 5000, 10_000]


def test_what_is_not_confirmed_yet_is_looked_at_again_soon() -> None:
    assert inspected(seconds(*[ALONE] * 7), pursuing=True) == [1000 * second for second in range(7)]


def test_a_face_that_comes_back_is_looked_at_at_once() -> None:
    assert inspected(seconds(ALONE, NOBODY, UNKNOWN, ALONE, ALONE)) == [0, 3000]


def test_a_second_face_is_looked_at_once_and_not_for_as_long_as_it_stays() -> None:
    assert inspected(seconds(ALONE, ALONE, TWO, TWO, TWO, TWO)) == [0, 2000]


def test_looking_down_for_three_seconds_is_looked_at_once() -> None:
    assert inspected(seconds(ALONE, DOWN, DOWN, DOWN, DOWN, DOWN, DOWN)) == [0, 4000]


def test_no_reason_is_good_enough_within_a_second() -> None:
    assert inspected([(0, NOBODY), (400, TWO), (800, NOBODY)]) == [0]


def test_a_frame_that_could_not_be_taken_leaves_the_next_one_due() -> None:
    late = due(Watch(inspected_ms=0), 5000, ALONE)
    assert (late.due, due(late.watch, 6000, ALONE).due) == (True, True)
    assert due(late.watch_inspected, 6000, ALONE).due is False


def test_a_clock_that_was_set_back_does_not_stop_the_looking() -> None:
    assert due(Watch(inspected_ms=60_000), 1000, ALONE).due is True


def face(x: float = 0.5, y: float = 0.4, yaw_deg: float | None = 0.0, **others: Scalar) -> dict[str, Scalar]:
    return {"face_count": 1, "pitch": 0.0, "face_x": x, "face_y": y, "yaw": yaw_deg, **others}


@pytest.mark.parametrize(
    ("then", "looked_at"),
    [
        (face(0.57, 0.47, 24.0), [0]),
        (face(0.59), [0, 2000]),
        (face(0.5, 0.49), [0, 2000]),
        (face(yaw_deg=-26.0), [0, 2000]),
        (face(yaw_deg=None), [0]),
        (face(0.59, yaw_deg=None), [0, 2000]),
    ],
)
def test_a_face_that_jumps_may_be_another_one(then: dict[str, Scalar], looked_at: list[int]) -> None:
    assert inspected(seconds(face(), face(), then, then)) == looked_at


def test_where_a_face_went_in_more_than_three_seconds_is_no_jump() -> None:
    assert inspected([(0, face()), (3000, face(0.6)), (4000, face(0.6))]) == [0, 3000]
    assert inspected([(0, face()), (3001, face(0.6)), (4000, face(0.6))]) == [0]
    assert inspected([(0, face()), (1000, UNKNOWN), (2000, face(0.6))]) == [0, 2000]


def test_a_reason_that_came_too_soon_is_not_forgotten() -> None:
    frames = [(0, face()), (500, face(0.7)), (999, face(0.7)), (1000, face(0.7)), (2500, face(0.7))]
    assert inspected(frames) == [0, 1000]


def test_a_reason_waits_for_a_look_that_is_still_going_on() -> None:
    jumped = due(due(Watch(), 0, face()).watch_inspected, 1000, face(0.7))
    assert jumped.due is True
    later = due(jumped.watch, 2000, face(0.7))
    assert later.due is True
    assert due(later.watch_inspected, 3000, face(0.7)).due is False
