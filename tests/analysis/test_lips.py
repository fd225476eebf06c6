"""Lips that move, that keep still, and where nothing can be told."""

from dataclasses import replace
from pathlib import Path

import pytest

from analysis.frames import Frame
from analysis.lips import LipWatch, mouth_opening, watch_lips
from analysis.observations import Face
from analysis.pipeline import Pipeline
from analysis.track import Follower
from analysis.video import sample_video
from tests.analysis.faces import face, landmarks

STILL = (0.10, 0.11, 0.10, 0.105)
TALKING = (0.02, 0.20, 0.10, 0.30)


def talker(opening: float | None, *, yaw_deg: float = 0.0, quality: float = 1.0) -> Face:
    return replace(face(yaw_deg=yaw_deg), mouth_open=opening, quality=quality)


def told(openings: tuple[float, ...], *, every_ms: int = 200, **kind: float) -> bool | None:
    watch, moving = LipWatch(), None
    for number in range(20):
        one = talker(openings[number % len(openings)], **kind)
        watch, moving = watch_lips(watch, one, every_ms * number)
    return moving


def test_talking_moves_the_lips_and_a_closed_mouth_trembles() -> None:
    assert (told(TALKING), told(STILL)) == (True, False)
    assert told((0.10, 0.136, 0.10, 0.136)) is None


@pytest.mark.parametrize("every_ms", [250, 1000])
def test_some_pictures_a_second_are_needed(every_ms: int) -> None:
    assert told(TALKING, every_ms=every_ms) is (True if every_ms == 250 else None)


@pytest.mark.parametrize("kind", [{"yaw_deg": 31.0}, {"quality": 0.4}])
def test_a_turned_or_poor_face_tells_nothing(kind: dict[str, float]) -> None:
    assert told(TALKING, **kind) is None


def test_nobody_and_a_mouth_too_small_tell_nothing_and_two_seconds_are_remembered() -> None:
    watch, _ = watch_lips(LipWatch(), talker(0.1), 0)
    assert watch_lips(watch, None, 1000) == (watch, None)
    assert watch_lips(watch, talker(None), 2000) == (LipWatch(), None)


def test_the_opening_is_a_share_of_the_mouths_width() -> None:
    points = landmarks(0.0, 0.0, 0.0)
    points[[13, 14, 308, 78], :2] = ((50.0, 40.0), (50.0, 46.0), (65.0, 43.0), (35.0, 43.0))
    assert mouth_opening(points) == pytest.approx(0.2)
    assert mouth_opening(points * 0.49) is None


@pytest.mark.slow
def test_a_closed_mouth_keeps_still_on_a_real_recording(data_dir: Path, models_dir: Path) -> None:
    pipeline, follower = Pipeline.shared(models_dir), Follower(None)
    answers = []
    for seq, (t_ms, image) in enumerate(
        sample_video(data_dir / "scenarios" / "exam_story.mp4", 5.0), start=1
    ):
        if t_ms >= 13_000:
            break
        answers.append(follower.take(pipeline.observe(Frame.of(image)), seq=seq, t_ms=t_ms)["lips_moving"])
    known = [answer for answer in answers if answer is not None]
    assert len(known) > 45
    assert not any(known)
