"""Following a row of pictures: every signal, a restart between any two, pictures out of order."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from analysis.baseline import Baseline
from analysis.footage_health import at_steady_rate, fingerprint, signature
from analysis.frames import Frame
from analysis.geometry import NEUTRAL
from analysis.observations import Box, Camera, Fingerprint, Observation, Scalar
from analysis.pipeline import Pipeline
from analysis.track import UNKNOWN, VERSION, Followed, Follower, Track, follow
from analysis.video import sample_video
from tests.analysis.faces import face, observed

BASELINE = Baseline(NEUTRAL, 0.3, 0.3, 400.0, 120.0, 120.0, 0.9)
NOTHING: npt.NDArray[np.float64] = np.empty((0, 192))


def picture(number: int) -> Fingerprint:
    """Every number another picture."""
    rng = np.random.default_rng(number)
    return fingerprint(rng.integers(0, 255, (48, 64, 3), dtype=np.uint8))


def pictured(number: int, x_px: float = 200.0, width_px: float = 120.0) -> Observation:
    one = replace(face(), box_px=Box(x_px, 100.0, width_px, 140.0))
    return replace(observed(one), fingerprint=picture(number))


def step(
    track: Track, seen: Observation, seq: int, t_ms: int, history: npt.NDArray[np.float64] = NOTHING
) -> Followed:
    return follow(track, seen, seq=seq, t_ms=t_ms, baseline=BASELINE, history=lambda: history)


def test_the_first_picture() -> None:
    assert step(Track(), pictured(1), 1, 0).signals == {
        "movement": None,
        "excessive_movement": None,
        "leaning": "no",
        "frozen": False,
        "looped": None,
        "blurred": False,
        "attention": "screen",
        "leaving": "no",
        "static_faces": 0,
        "perclos": None,
        "blinks_per_minute": None,
        "lips_moving": None,
        "looking_away": False,
    }


def test_leaning_movement_and_blur() -> None:
    first = step(Track(), pictured(1), 1, 0).track
    soft = replace(pictured(2, x_px=170.0, width_px=200.0), camera=Camera("ok", 120.0, 50.0, 20.0, 0.1))
    found = step(first, soft, 2, 1000).signals
    assert (found["movement"], found["leaning"], found["blurred"]) == (0.062, "in", True)


def test_without_the_own_normal_nothing_is_compared_with_it() -> None:
    found = follow(Track(), pictured(1), seq=1, t_ms=0, baseline=None, history=lambda: NOTHING).signals
    assert (found["leaning"], found["blurred"]) == (None, None)


def test_a_standing_picture_is_frozen_and_a_covered_one_is_not() -> None:
    for camera, expected in (
        (Camera("ok", 120.0, 50.0, 400.0, 1.0), True),
        (Camera("dark", 3, 1, 1, 0), None),
    ):
        track, frozen = Track(), []
        for second in range(8):
            followed = step(track, replace(pictured(1), camera=camera), second + 1, second * 1000)
            track = followed.track
            frozen.append(followed.signals["frozen"])
        assert frozen[-1] is expected


def test_a_head_at_the_limit_stays_away_until_it_is_clearly_back() -> None:
    assert turning(against_baseline=True) == ["screen", "left", "left", "left", "screen", "screen"]


def test_without_the_own_neutral_pose_nothing_is_held() -> None:
    assert turning(against_baseline=False) == ["screen", "left", "screen", "screen", "screen", "screen"]


def turning(against_baseline: bool) -> list[Scalar]:
    track, told = Track(), []
    for second, yaw_deg in enumerate((0.0, 26.0, 24.0, 19.0, 17.0, 24.0)):
        seen = replace(observed(face(yaw_deg=yaw_deg)), against_baseline=against_baseline)
        followed = step(track, seen, second + 1, second * 1000)
        track = followed.track
        assert followed.signals["looking_away"] is (followed.signals["attention"] != "screen")
        told.append(followed.signals["attention"])
    return told


def test_nobody_knows_where_a_head_points_without_landmarks() -> None:
    found = step(Track(), observed(face(yaw_deg=None), unavailable=("mesh",)), 1, 0).signals
    assert (found["attention"], found["looking_away"]) == (None, None)


def test_a_face_on_a_poster_is_taken_out_of_the_count() -> None:
    """And with it whoever is as large: with the poster gone, the candidate is known again."""
    track, told = Track(), {}
    poster = replace(face(), box_px=Box(500.0, 20.0, 90.0, 110.0))
    for second in range(70):
        candidate = replace(face(yaw_deg=3.0), box_px=Box(200.0 + second % 9, 100.0, 120.0, 140.0))
        followed = step(track, observed(candidate, poster), second + 1, second * 1000)
        track, told[second] = followed.track, followed.signals
    assert "face_count" not in told[50]
    assert (told[50]["static_faces"], told[50]["attention"]) == (0, None)
    names = ("face_count", "static_faces", "yaw", "looking_away")
    assert [told[69][name] for name in names] == [1, 1, 3.0, False]


def test_in_a_picture_that_stands_nobody_becomes_a_poster() -> None:
    track = Track()
    other = replace(face(), box_px=Box(500.0, 20.0, 90.0, 110.0))
    for second in range(120):
        seen = replace(observed(face(), other), fingerprint=picture(1))
        followed = step(track, seen, second + 1, second * 1000)
        track = followed.track
        assert followed.signals["static_faces"] == 0


def test_who_went_out_of_the_picture() -> None:
    track = step(Track(), pictured(1, x_px=525.0), 1, 0).track
    assert step(track, observed(), 2, 1000).signals["leaving"] == "left"


def test_the_history_is_asked_once_a_minute() -> None:
    asked: list[int] = []
    loop = np.tile(np.random.default_rng(1).normal(100, 10, (30, 192)), (3, 1))
    track, looped = Track(), {}

    def history() -> npt.NDArray[np.float64]:
        asked.append(second)
        return loop

    for second in range(130):
        followed = follow(
            track, pictured(second), seq=second + 1, t_ms=second * 1000, baseline=None, history=history
        )
        track, looped[second] = followed.track, followed.signals["looped"]
    assert asked == [60, 120]
    assert (looped[59], looped[60], looped[119], looped[120]) == (None, False, False, True)


def test_an_overtaken_picture_says_nothing() -> None:
    track = step(Track(), pictured(1), 5, 5000).track
    assert step(track, pictured(2), 5, 6000) == Followed(track, UNKNOWN)
    assert step(track, pictured(2), 4, 4000) == Followed(track, UNKNOWN)


def test_a_clock_that_goes_back_begins_anew() -> None:
    track = step(Track(), pictured(1), 5, 90_000_000).track
    assert step(track, pictured(2), 6, 6000) == step(Track(), pictured(2), 6, 6000)


def test_a_missing_fingerprint_is_unknown() -> None:
    found = step(Track(), replace(pictured(1), fingerprint=None), 1, 70_000).signals
    assert (found["frozen"], found["looped"]) == (None, None)


@pytest.mark.parametrize("stored", [{"version": VERSION}, {**Track().to_json(), "movement": {}}])
def test_a_damaged_track_is_refused(stored: dict[str, Scalar]) -> None:
    with pytest.raises(ValueError, match="this is no track"):
        Track.from_json(stored)


def test_another_version_begins_anew() -> None:
    assert Track.from_json({}) == Track()
    assert Track.from_json(Track().to_json()) == Track()


def test_a_restart_between_any_two_pictures_changes_nothing(pipeline: Pipeline, data_dir: Path) -> None:
    """The recorded exam twice: in one go, and through JSON after every picture."""
    follower, straight, restarted = Follower(BASELINE), Track(), Track()
    times: list[int] = []
    lumas: list[npt.NDArray[np.float64]] = []
    for seq, (t_ms, image) in enumerate(
        sample_video(data_dir / "scenarios" / "exam_story.mp4", 2.0), start=1
    ):
        seen = pipeline.observe(Frame.of(image))
        assert seen.fingerprint is not None
        times.append(t_ms)
        lumas.append(signature(seen.fingerprint.luma))
        past = at_steady_rate(times, np.array(lumas))
        one = follow(straight, seen, seq=seq, t_ms=t_ms, baseline=BASELINE, history=lambda past=past: past)
        restarted = Track.from_json(json.loads(json.dumps(restarted.to_json())))
        other = follow(restarted, seen, seq=seq, t_ms=t_ms, baseline=BASELINE, history=lambda past=past: past)
        assert follower.take(seen, seq=seq, t_ms=t_ms) == one.signals
        assert (one.signals, one.track) == (other.signals, other.track)
        assert json.loads(json.dumps(one.signals)) == one.signals
        assert one.signals["frozen"] is False
        straight, restarted = one.track, other.track
    assert straight.loops.ratio is not None
    assert straight.loops.ratio > 0.9


def test_lips_are_followed_over_a_restart() -> None:
    track = Track()
    told = []
    for number in range(1, 12):
        mouth = replace(pictured(number).faces[0], mouth_open=0.1 + 0.1 * (number % 3))
        track, signals = _after(track, replace(pictured(number), faces=(mouth,)), number)
        told.append(signals["lips_moving"])
    assert told == [None] * 7 + [True] * 4


def _after(track: Track, seen: Observation, number: int) -> tuple[Track, Mapping[str, Scalar]]:
    followed = step(Track.from_json(json.loads(json.dumps(track.to_json()))), seen, number, 200 * number)
    return followed.track, followed.signals
