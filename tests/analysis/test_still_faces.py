"""Posters are no second person, people who keep still are, and whoever moves counts at once."""

import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from analysis.evaluation.posters import Wall
from analysis.frames import encode_jpeg, open_frame
from analysis.observations import Box, Face
from analysis.pipeline import Pipeline
from analysis.still_faces import MOST_FOLLOWED, StillFace, marked, watch_stills
from analysis.track import Follower
from tests.analysis.faces import face, observed

SECOND_MS = 1000


def at(x_px: float, y_px: float = 60.0, width_px: float = 40.0) -> Face:
    return replace(face(), box_px=Box(x_px, y_px, width_px, 1.2 * width_px))


def moving(second: int) -> Face:
    """The candidate, who is large and never quite still."""
    return at(200.0 + 5 * (second % 7), 150.0, 150.0)


def watch(faces: dict[int, list[Face]]) -> dict[int, frozenset[int]]:
    """Which places of which seconds are static."""
    kept: tuple[StillFace, ...] = ()
    static = {}
    for second, seen in faces.items():
        kept = watch_stills(kept, seen, second * SECOND_MS)
        told = marked(kept, observed(*seen))
        static[second] = frozenset(place for place, one in enumerate(told.faces) if one.static)
    return static


def noise(seed: int = 1) -> npt.NDArray[np.float64]:
    """What a face detector errs by on a face that hangs on a wall, as measured: a quarter of a pixel."""
    return np.random.default_rng(seed).normal(0.0, 0.25, 400)


def poster(second: int, x_px: float = 480.0) -> Face:
    return at(x_px + float(noise()[second]), 60.0 + float(noise(2)[second]))


def test_a_poster_is_static_after_a_minute() -> None:
    static = watch({second: [moving(second), poster(second)] for second in range(120)})
    first = next(second for second, places in static.items() if places)
    assert 60 <= first <= 64
    assert all(static[second] == {1} for second in range(first, 120))


@pytest.mark.parametrize(("every_s", "told_s"), [(1, range(60, 65)), (2, range(84, 97))])
def test_it_is_measured_by_time_and_waits_for_enough_pictures(every_s: int, told_s: range) -> None:
    static = watch({second: [moving(second), poster(second)] for second in range(0, 120, every_s)})
    assert next(second for second, places in static.items() if places) in told_s


@pytest.mark.parametrize(("sway_px", "period_s"), [(2.0, 80), (1.5, 20), (1.5, 10), (1.5, 4.3)])
def test_who_breathes_is_never_static(sway_px: float, period_s: float) -> None:
    """A second person who sways by less than one bad box, and more than a poster."""
    sway = sway_px * np.sin(np.arange(400) * 2 * np.pi / period_s + 0.5)
    static = watch({second: [moving(second), at(480.0 + float(sway[second]))] for second in range(400)})
    assert not any(static.values())


def test_who_moves_after_a_minute_counts_at_once_and_needs_another_minute() -> None:
    def place_px(second: int) -> float:
        return 480.0 if second < 90 else 440.0

    static = watch({second: [moving(second), poster(second, place_px(second))] for second in range(180)})
    assert static[89] == {1}
    assert [bool(static[second]) for second in range(90, 150)] == [False] * 60
    assert static[170] == {1}


def test_one_bad_box_counts_once_and_is_forgotten() -> None:
    static = watch(
        {second: [moving(second), poster(second, 480.0 if second != 100 else 488.0)] for second in range(120)}
    )
    assert [second for second in range(70, 120) if not static[second]] == [100]


def test_a_candidate_like_a_statue_is_a_person() -> None:
    assert not any(watch({second: [at(300.0, 150.0, 150.0)] for second in range(200)}).values())


def test_the_poster_alone_is_still_a_poster() -> None:
    """The candidate left: nobody is there, whatever hangs on the wall."""
    static = watch(
        {
            second: [moving(second), poster(second)] if second < 90 else [poster(second)]
            for second in range(120)
        }
    )
    assert all(static[second] == {0} for second in range(90, 120))


def test_hidden_behind_the_candidate_it_stays_known() -> None:
    static = watch(
        {
            second: [moving(second)] if 80 <= second < 130 else [moving(second), poster(second)]
            for second in range(140)
        }
    )
    assert static[131] == {1}


def test_a_bound_on_what_is_kept_and_json() -> None:
    many = [at(500.0), *(at(45.0 * place, 10.0, 30.0) for place in range(10))]
    kept = watch_stills((), many, 0)
    assert len(kept) == MOST_FOLLOWED
    assert tuple(StillFace.from_json(json.loads(json.dumps(one.to_json()))) for one in kept) == kept


def test_a_photo_on_the_wall_behind_a_real_person(pipeline: Pipeline, data_dir: Path) -> None:
    """Pasted into pictures with a camera's noise: somebody for a minute, then a picture."""
    person, photo = (cv2.imread(str(data_dir / name)) for name in PICTURES)
    wall = Wall("", np.asarray(person, dtype=np.uint8), np.asarray(photo, dtype=np.uint8))
    follower, counts, statics = Follower(None), {}, {}
    for second in range(80):
        seen = pipeline.observe(open_frame(encode_jpeg(wall.picture(second, 0.0))))
        told = follower.take(seen, seq=second + 1, t_ms=second * SECOND_MS)
        counts[second] = told.get("face_count", seen.face_count)
        statics[second] = told["static_faces"]
    assert {counts[second] for second in range(60)} == {2}
    assert {counts[second] for second in range(70, 80)} == {1}
    assert {statics[second] for second in range(70, 80)} == {1}


PICTURES = ("images/antispoof/image_T1.jpg", "images/identity/deepface_img19.jpg")
