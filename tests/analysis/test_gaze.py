"""Gaze of made-up eyes with the noise of real ones: calibration, the screen's border, what is not known."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.gaze import (
    CalibrationPoint,
    CalibrationRefused,
    EyeFeatures,
    calibrate,
    eye_place,
    hint,
    look_at,
    off_screen,
)

NINE = [(x, y) for y in (-12.6, 0.0, 12.6) for x in (-21.7, 0.0, 21.7)]
FIVE = [NINE[place] for place in (0, 2, 4, 6, 8)]
NOISE = 0.005
"""Eye widths a frame, as measured on real eyes; 21.7 degrees to a side moved real irises by 0.085."""


def eyes_at(
    x_deg: float, y_deg: float, rng: np.random.Generator, *, yaw_deg: float = 0.0, pitch_deg: float = 0.0
) -> EyeFeatures:
    """Eyes that look at a point while the head is turned: yaw > 0 to the person's left, as in `Face`."""
    across, down = np.radians([x_deg + yaw_deg, y_deg + pitch_deg])
    u, v, yaw, pitch, roll = rng.normal(0, [NOISE, NOISE, 0.4, 0.6, 0.2])
    return EyeFeatures(
        u=0.01 - 0.23 * np.sin(across) + u,
        v=-0.05 + 0.23 * np.sin(down) + v,
        yaw_deg=yaw_deg + yaw,
        pitch_deg=pitch_deg + pitch,
        roll_deg=roll,
        ear=0.3 - 0.002 * y_deg,
    )


def points(places: list[tuple[float, float]], seed: int = 1, looks: int = 6) -> list[CalibrationPoint]:
    """A person calibrates: the head goes along a little with the eyes."""
    rng = np.random.default_rng(seed)
    return [
        CalibrationPoint(
            x, y, tuple(eyes_at(x, y, rng, yaw_deg=-0.15 * x, pitch_deg=-0.1 * y) for _ in range(looks))
        )
        for x, y in places
    ]


@pytest.mark.parametrize(("places", "error_deg"), [(NINE, 3.0), (FIVE, 3.5)])
@pytest.mark.parametrize("seed", range(5))
def test_looks_are_found_within_a_few_degrees(
    places: list[tuple[float, float]], error_deg: float, seed: int
) -> None:
    calibration, rng = calibrate(points(places, seed)), np.random.default_rng(seed + 100)
    errors = []
    for x, y in rng.uniform((-20, -12), (20, 12), (100, 2)):
        found = look_at(eyes_at(x, y, rng, yaw_deg=-0.1 * x), calibration).known
        assert found is not None
        errors.append(np.hypot(found.x_deg - x, found.y_deg - y))
    assert np.median(errors) < error_deg


@pytest.mark.parametrize("seed", range(5))
def test_the_screen_is_never_off_screen_and_far_beside_it_is(seed: int) -> None:
    calibration, rng = calibrate(points(NINE, seed)), np.random.default_rng(seed + 100)
    for x, y in rng.uniform((-20, -12), (20, 12), (200, 2)):
        assert off_screen(look_at(eyes_at(x, y, rng), calibration)) is False
    for x, y, zone in [(-45, 0, "left"), (45, 0, "right"), (0, -40, "up"), (0, 40, "down")]:
        found = look_at(eyes_at(x, y, rng), calibration)
        assert (off_screen(found), found.value and found.value.zone) == (True, zone)


def test_just_beside_the_screen_is_within_the_margin() -> None:
    calibration, rng = calibrate(points(NINE)), np.random.default_rng(3)
    assert calibration.margin_deg >= 5.0
    found = look_at(eyes_at(23.0, 0.0, rng), calibration).value
    assert found is not None
    assert found.zone == "on"


def test_a_calibration_at_random_is_refused() -> None:
    rng = np.random.default_rng(5)
    shuffled = [
        replace(point, looks=points(NINE)[place].looks)
        for point, place in zip(points(NINE), rng.permutation(9), strict=True)
    ]
    with pytest.raises(CalibrationRefused, match=r"points were missed by \d+ degrees"):
        calibrate(shuffled)


def test_eyes_that_jump_about_over_a_still_head_are_refused() -> None:
    rng = np.random.default_rng(2)
    wild = [
        replace(
            point,
            looks=tuple(replace(look, u=look.u + rng.normal(0, 0.3), yaw_deg=0.0) for look in point.looks),
        )
        for point in points(NINE)
    ]
    with pytest.raises(CalibrationRefused):
        calibrate(wild)


def test_on_a_small_screen_a_fit_must_beat_guessing_its_middle() -> None:
    small = [(x / 3, y / 3) for x, y in NINE]
    calibrate(points(small))
    middle = points([(0.0, 0.0)] * 9)
    blind = [replace(one, x_deg=x, y_deg=y) for one, (x, y) in zip(middle, small, strict=True)]
    with pytest.raises(CalibrationRefused) as refused:
        calibrate(blind)
    assert refused.value.why == "unsteady"


def test_one_blink_at_each_point_does_no_harm() -> None:
    blinked = [
        replace(point, looks=(*point.looks[1:], replace(point.looks[0], v=0.3, ear=0.05)))
        for point in points(NINE)
    ]
    assert calibrate(blinked).miss_deg < 3.0


@pytest.mark.parametrize(
    ("places", "words"),
    [
        (NINE[:4], "4 points were looked at; at least 5 are needed"),
        ([(x / 10, y / 10) for x, y in NINE], "the points lie too close together"),
        ([(x, 0.0) for x, _y in NINE], "the points lie too close together"),
    ],
)
def test_too_little_is_refused(places: list[tuple[float, float]], words: str) -> None:
    with pytest.raises(CalibrationRefused, match=words):
        calibrate(points(places))


def test_points_nobody_looked_at_do_not_count() -> None:
    with pytest.raises(CalibrationRefused, match="4 points were looked at"):
        calibrate([*points(NINE[:4]), *(CalibrationPoint(x, y, ()) for x, y in NINE[4:])])


def test_closed_eyes_and_a_head_far_turned_are_unknown() -> None:
    calibration, rng = calibrate(points(NINE)), np.random.default_rng(4)
    straight = eyes_at(45, 0, rng)
    assert off_screen(look_at(straight, calibration)) is True
    assert off_screen(look_at(replace(straight, ear=0.15), calibration)) is None
    assert off_screen(look_at(replace(straight, yaw_deg=25.0), calibration)) is None


@pytest.mark.parametrize(
    ("u", "v", "zone"),
    [
        (0.0, 0.0, "on"),
        (0.13, 0.0, "left"),
        (-0.13, 0.2, "right"),
        (0.0, 0.11, "down"),
        (0.12, -0.3, "on"),
    ],
)
def test_without_a_calibration_there_is_a_hint_that_is_never_known(u: float, v: float, zone: str) -> None:
    neutral = EyeFeatures(0.02, -0.05, 0, 0, 0, 0.3)
    found = hint(replace(neutral, u=0.02 + u, v=-0.05 + v), neutral)
    assert (found.value, found.known) == (zone, None)


def test_the_iris_is_placed_along_and_across_a_tilted_eye() -> None:
    turn = np.array([[0.8, -0.6], [0.6, 0.8]])
    iris, left, right = (turn @ np.array(place) * 50 for place in ((0.1, 0.04), (-0.5, 0.0), (0.5, 0.0)))
    assert np.allclose(eye_place(iris, left, right), (0.1, 0.04))
    with pytest.raises(ValueError, match="corners must lie apart"):
        eye_place(iris, left, left)
