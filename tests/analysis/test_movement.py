"""Movement against the own manner, leaning, and what cannot be told."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analysis.frames import Frame
from analysis.movement import Movement, MovementState, leaning, watch_movement
from analysis.observations import Box, Face
from analysis.pipeline import Pipeline
from analysis.video import sample_video
from tests.analysis.faces import face

WIDTH_PX = 100.0


def at(x_px: float, width_px: float = WIDTH_PX) -> Face:
    return replace(face(), box_px=Box(x_px - width_px / 2, 100.0, width_px, 140.0))


def watched(
    places: list[float | None], every_ms: int = 1000, state: MovementState | None = None
) -> list[Movement]:
    state, answers = state or MovementState(), []
    for place, x_px in enumerate(places):
        state, movement = watch_movement(state, None if x_px is None else at(x_px), place * every_ms)
        answers.append(movement)
    return answers


def sway(count: int, amplitude_px: float = 2.0) -> list[float | None]:
    rng = np.random.default_rng(5)
    return [300 + float(step) for step in rng.normal(0, amplitude_px, count)]


def rocking(count: int, amplitude_px: float) -> list[float | None]:
    return [300 + amplitude_px * (1 if place % 2 else -1) for place in range(count)]


def test_speed_is_in_face_widths_a_second_at_every_rate() -> None:
    for every_ms in (200, 500, 1000):
        steps = [300.0 + 20.0 * place * every_ms / 1000 for place in range(10)]
        speeds = {movement.speed for movement in watched([*steps], every_ms)[3:]}
        assert [round(speed, 6) for speed in speeds if speed is not None] == [0.2] * len(speeds)
    assert watched([300.0])[0] == Movement()


def test_a_face_twice_as_near_moves_half_as_fast() -> None:
    state, _ = watch_movement(MovementState(), at(300, 200), 0)
    assert watch_movement(state, at(350, 200), 1000)[1].speed == 0.25


def test_one_wrong_place_is_not_movement() -> None:
    places = sway(30)
    places[25] = 600.0
    assert max(movement.speed or 0 for movement in watched(places)[:26]) < 0.2


def test_sitting_and_talking_is_not_excessive() -> None:
    assert {movement.excessive for movement in watched(sway(120))[21:]} == {False}


def test_rocking_for_half_of_ten_seconds_is_excessive() -> None:
    places = sway(40) + rocking(20, 40.0) + sway(20)
    excessive = [place for place, movement in enumerate(watched(places)) if movement.excessive]
    assert excessive == list(range(excessive[0], excessive[-1] + 1))
    assert 44 <= excessive[0] <= 47
    assert 60 <= excessive[-1] <= 68


def test_a_jump_of_three_seconds_is_not_excessive() -> None:
    assert not any(movement.excessive for movement in watched(sway(40) + rocking(3, 60.0) + sway(30)))


def test_who_always_rocks_is_their_own_normal() -> None:
    rng = np.random.default_rng(2)
    always = [300.0 + side * 30 + float(rng.normal(0, 5)) for side in [-1, 1] * 100]
    answers = watched([*always])
    assert min(movement.speed or 9 for movement in answers[3:]) > 0.4
    assert {movement.excessive for movement in answers[21:]} == {False}


def test_nothing_is_said_before_the_own_normal_is_known() -> None:
    assert {movement.excessive for movement in watched(rocking(20, 60.0))} == {None}


def test_an_absence_is_unknown_and_no_jump() -> None:
    places = [*sway(30), None, None, 550.0, 551.0, 550.0]
    answers = watched(places)
    assert answers[30:33] == [Movement()] * 3
    assert max(movement.speed or 0 for movement in answers[33:]) < 0.1


def test_a_gap_is_unknown_and_time_goes_on() -> None:
    state, _ = watch_movement(MovementState(), at(300), 0)
    state, movement = watch_movement(state, at(500), 3001)
    assert movement == Movement()
    with pytest.raises(ValueError, match="time must go on: 3001 ms after 3001 ms"):
        watch_movement(state, at(500), 3001)


def test_the_state_does_not_grow() -> None:
    state = MovementState()
    for second in range(1000):
        state, _ = watch_movement(state, at(300 + 60 * math.sin(second)), 1000 * second)
    assert (len(state.steps), len(state.normal)) == (3, 120)
    assert len(state.unusual) <= 10


@pytest.mark.parametrize(
    ("seen", "normal_px", "expected"),
    [
        (face(width_px=120), 120.0, "no"),
        (face(width_px=84), 120.0, "no"),
        (face(width_px=83), 120.0, "out"),
        (face(width_px=180), 120.0, "no"),
        (face(width_px=181), 120.0, "in"),
        (face(width_px=60, yaw_deg=31.0), 120.0, None),
        (face(width_px=60, yaw_deg=None), 120.0, None),
        (face(width_px=60), None, None),
        (None, 120.0, None),
    ],
)
def test_leaning(seen: Face | None, normal_px: float | None, expected: str | None) -> None:
    assert leaning(seen, normal_px) == expected


def test_real_people_who_sit_and_sign(pipeline: Pipeline, data_dir: Path) -> None:
    """Heads of people who sign move; none of them moves as fast as the limit for half of the clip."""
    for clip in sorted((data_dir / "videos").glob("asl_*.mkv")):
        state, speeds = MovementState(), []
        for t_ms, image in sample_video(clip, 5.0):
            state, movement = watch_movement(state, pipeline.observe(Frame.of(image)).candidate, t_ms)
            speeds += [movement.speed] if movement.speed is not None else []
        assert np.median(speeds) < 0.4, clip.name
