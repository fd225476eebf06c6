"""The candidate's own normal: what is taken, what is left out and why, and its JSON."""

import json
from dataclasses import replace

import pytest

from analysis import geometry
from analysis.baseline import Baseline, BaselineBuilder, Progress, guidance
from analysis.observations import Camera, Observation
from tests.analysis.faces import face, observed


def built() -> Baseline:
    builder = BaselineBuilder()
    for number in range(10):
        builder.add(observed(face(yaw_deg=4.0 + number % 3, ear=0.1999 if number == 4 else 0.3)))
    return builder.build()


def test_ten_good_frames_make_a_baseline_of_medians() -> None:
    baseline = built()
    assert geometry.angles(baseline.neutral).yaw_deg == pytest.approx(5.0)
    assert baseline.open_ear == pytest.approx(0.3)
    assert baseline.open_mesh_ear == pytest.approx(0.24)
    assert (baseline.sharpness, baseline.luma, baseline.face_width_px) == (400.0, 120.0, 120.0)
    assert (baseline.face_score, baseline.frames) == (0.9, 10)


def test_progress_counts_good_frames_only() -> None:
    builder = BaselineBuilder(needed_frames=2)
    assert builder.add(observed()) == Progress("no_face", 0, 2)
    assert builder.add(observed(face())) == Progress("ok", 1, 2)
    with pytest.raises(ValueError, match="1 good frames of 2"):
        builder.build()
    last = builder.add(observed(face()))
    assert (last, last.complete) == (Progress("ok", 2, 2), True)


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (observed(face()), "ok"),
        (observed(), "no_face"),
        (observed(face(), face()), "several_faces"),
        (observed(face(), camera=Camera("dark", 10.0, 5.0, 9.0, 0.0)), "too_dark"),
        (observed(camera=Camera("covered", 90.0, 5.0, 1.0, 0.0)), "covered"),
        (observed(face(width_px=70.0)), "too_far"),
        (observed(face(yaw_deg=30.0)), "turned"),
        (observed(face(pitch_deg=-35.0)), "turned"),
        (observed(face(yaw_deg=None)), "turned"),
        (observed(face(yaw_deg=None), unavailable=("mesh",)), "unknown"),
        (observed(face(ear=None)), "unknown"),
        (observed(face(score=0.55)), "unknown"),
        (Observation(640, 480, Camera("ok", 120.0, 50.0, 400.0, 1.0), unavailable=("faces",)), "unknown"),
    ],
)
def test_guidance_names_the_most_basic_reason(seen: Observation, expected: str) -> None:
    assert guidance(seen) == expected


def test_a_baseline_is_not_built_on_another_baseline() -> None:
    with pytest.raises(ValueError, match="without one"):
        BaselineBuilder().add(replace(observed(face()), against_baseline=True))


def test_json_there_and_back() -> None:
    stored = built().to_json()
    again = Baseline.from_json(json.loads(json.dumps(stored)))
    assert again.to_json() == stored
    assert again.neutral == pytest.approx(built().neutral, abs=1e-5)


@pytest.mark.parametrize(
    "change",
    [
        {"neutral": [1.0] * 8},
        {"neutral": [1.0] * 9},
        {"neutral": ["x"] * 9},
        {"neutral": None},
        {"open_ear": 0.0},
        {"open_mesh_ear": -1.0},
        {"luma": float("nan")},
        {"frames": "many"},
    ],
)
def test_impossible_json_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="baseline"):
        Baseline.from_json({**built().to_json(), **change})  # type: ignore[typeddict-item]


def test_incomplete_json_is_refused() -> None:
    with pytest.raises(ValueError, match="open_ear"):
        Baseline.from_json({"neutral": [1, 0, 0, 0, 1, 0, 0, 0, 1]})  # type: ignore[typeddict-item]
