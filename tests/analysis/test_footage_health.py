"""Frozen, repeated and soft pictures, on noise made to measure and on real clips played again."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from analysis.footage_health import (
    LOOP_RATIO,
    LoopWatch,
    Stillness,
    at_steady_rate,
    blurred,
    fingerprint,
    judge_loop,
    loop_due,
    loop_ratio,
    signature,
    watch_still,
)
from analysis.half_size import half_size
from analysis.observations import Camera, Fingerprint
from analysis.video import sample_video
from tests.analysis.jpegs import scene

Image = npt.NDArray[np.uint8]
SCENE = np.asarray(scene(640, 480))[:, :, ::-1].copy()


def noisy(image: Image, rng: np.random.Generator, grain: float) -> Image:
    return np.clip(image + rng.normal(0, grain, image.shape), 0, 255).astype(np.uint8)


def compressed(image: Image, quality: int) -> Image:
    return np.asarray(
        cv2.imdecode(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], 1), dtype=np.uint8
    )


def signatures(images: Iterator[Image] | list[Image]) -> npt.NDArray[np.float64]:
    return np.array([signature(fingerprint(image).luma) for image in images])


def looped(images: list[Image], times: int) -> Iterator[Image]:
    """A recording fed to a camera again and again: fresh grain and another compression each time."""
    rng = np.random.default_rng(7)
    grain = rng.normal(0, 4.0, images[0].shape)
    for turn in range(times):
        for place, image in enumerate(images):
            # The same grain at another place is as good as new, and far sooner made.
            shifted = np.roll(grain, rng.integers(0, 200, 2), axis=(0, 1))
            fed = np.clip(image + shifted, 0, 255).astype(np.uint8)
            yield compressed(fed, 60 + 10 * ((turn + place) % 3))


def still_for(pictures: list[Fingerprint], every_ms: int = 1000) -> list[bool]:
    state, answers = Stillness(), []
    for place, picture in enumerate(pictures):
        state, frozen = watch_still(state, picture, place * every_ms)
        answers.append(frozen)
    return answers


def test_a_fingerprint_is_the_mean_luma_of_its_cells() -> None:
    image = np.zeros((480, 640, 3), dtype=np.uint8)
    image[:40, :40] = 100
    cells = signature(fingerprint(image).luma)
    assert cells.shape == (192,)
    assert (cells[0], cells[1:].max()) == (100.0, 0.0)
    assert fingerprint(image) == fingerprint(image.copy()) == fingerprint(image, half_size(image))
    assert len(fingerprint(image).luma) == 384


def test_a_signature_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="192 cells, not 2"):
        signature(b"\0\0\0\0")


def test_the_same_picture_is_frozen_after_five_seconds() -> None:
    assert still_for([fingerprint(SCENE)] * 8) == [False] * 6 + [True] * 2


def test_a_living_picture_begins_anew() -> None:
    other = fingerprint(SCENE[:, ::-1].copy())
    one = fingerprint(SCENE)
    assert still_for([one] * 7 + [other] + [one] * 7) == [False] * 6 + [True] + [False] * 7 + [True]


@pytest.mark.parametrize("grain", [2.0, 4.0])
def test_an_empty_room_is_not_frozen(grain: float) -> None:
    """Nothing moves but the camera's own noise."""
    rng = np.random.default_rng(3)
    pictures = [fingerprint(compressed(noisy(SCENE, rng, grain), 75)) for _ in range(12)]
    assert not any(still_for(pictures))


def test_a_frozen_picture_with_a_rounding_error_is_frozen() -> None:
    other = SCENE.copy()
    other[0, 0] ^= 1
    assert still_for([fingerprint(image) for image in [SCENE, other] * 4])[-1]


def test_living_clips_are_not_frozen(data_dir: Path) -> None:
    for clip in sorted((data_dir / "videos").glob("*.m*")):
        pictures = [fingerprint(image) for _, image in sample_video(clip, 5.0)]
        assert not any(still_for(pictures)), clip.name


@pytest.mark.parametrize(
    ("camera", "normal", "expected"),
    [
        (Camera("ok", 120.0, 50.0, 39.9, 1.0), 400.0, True),
        (Camera("ok", 120.0, 50.0, 40.0, 1.0), 400.0, False),
        (Camera("ok", 120.0, 50.0, 1.0, 1.0), None, None),
        (Camera("ok", 120.0, 50.0, 1.0, 1.0), 0.0, None),
        (Camera("dark", 10.0, 50.0, 1.0, 1.0), 400.0, None),
    ],
)
def test_blur_is_judged_against_the_own_camera(
    camera: Camera, normal: float | None, expected: bool | None
) -> None:
    assert blurred(camera, normal) is expected


def test_every_clip_played_again_returns_and_none_does_alone(data_dir: Path) -> None:
    for clip in sorted((data_dir / "videos").glob("*.m*")):
        images = [image for _, image in sample_video(clip, 10.0)]
        once, again = loop_ratio(signatures(images)), loop_ratio(signatures(looped(images, 3)))
        assert again is not None
        assert again < LOOP_RATIO, clip.name
        assert once is not None
        assert once > 0.9, clip.name


@pytest.mark.parametrize("fps", [1.0, 2.0])
def test_a_minute_of_an_exam_is_no_loop(data_dir: Path, fps: float) -> None:
    images = [image for _, image in sample_video(data_dir / "scenarios" / "exam_story.mp4", fps)]
    once = loop_ratio(signatures(images))
    assert once is not None
    assert once > 0.9
    again = loop_ratio(signatures(images + images))
    assert again is not None
    assert again < 0.05


def test_a_loop_whose_length_is_no_whole_number_of_samples(data_dir: Path) -> None:
    """A clip of 155 frames, one of every eleven of them seen: each turn falls on other frames."""
    clip = data_dir / "videos" / "intel_head-pose-face-detection-male.mp4"
    images = [image for _, image in sample_video(clip, 30.0)]
    places = np.arange(0, 6 * len(images), 11) % len(images)
    ratio = loop_ratio(signatures([images[place] for place in places]))
    assert ratio is not None
    assert ratio < LOOP_RATIO


def wandering(count: int, seed: int) -> npt.NDArray[np.float64]:
    """A person who sways about a place: cells follow their own slow random walks that pull back."""
    rng = np.random.default_rng(seed)
    walk, place = np.empty((count, 192)), np.zeros(192)
    for row in range(count):
        place = 0.8 * place + rng.normal(0, 2, 192)
        walk[row] = place
    return 120 + walk


@pytest.mark.parametrize("seed", range(5))
def test_swaying_and_changing_light_are_no_loop(seed: int) -> None:
    sways = wandering(300, seed)
    evening = sways - np.linspace(0, 60, 300)[:, None]
    for footage in (sways, evening):
        ratio = loop_ratio(footage)
        assert ratio is not None
        assert ratio > 0.6
    ratio = loop_ratio(np.tile(sways[:100], (3, 1)) - np.linspace(0, 3, 300)[:, None])
    assert ratio is not None
    assert ratio < LOOP_RATIO


def test_a_standing_or_short_footage_says_nothing() -> None:
    assert loop_ratio(np.full((60, 192), 90.0)) is None
    assert loop_ratio(wandering(14, 1)) is None


def test_two_judgements_in_a_row_make_a_loop() -> None:
    loop, live = np.tile(wandering(30, 1), (4, 1)), wandering(120, 2)
    watch = LoopWatch()
    assert (watch.looped, loop_due(watch, 59_999), loop_due(watch, 60_000)) == (None, False, True)
    answers = []
    for minute, footage in enumerate([live, loop, loop, live, loop], start=1):
        watch = judge_loop(watch, minute * 60_000, footage)
        answers.append(watch.looped)
    assert answers == [False, False, True, False, False]
    assert (watch.judged_ms, loop_due(watch, 359_999)) == (300_000, False)


def test_signatures_come_at_a_steady_rate() -> None:
    rows = np.arange(4.0)[:, None] * np.ones(192)
    steady = at_steady_rate([500, 1400, 1600, 4600], rows)
    assert steady[:, 0].tolist() == [0.0, 1.0, 2.0, 2.0, 2.0]
    assert at_steady_rate([], np.empty((0, 192))).shape == (0, 192)
    long = at_steady_rate(list(range(0, 1_500_000, 1000)), np.arange(1500.0)[:, None] * np.ones(192))
    assert (len(long), long[0, 0], long[-1, 0]) == (1200, 300.0, 1499.0)
