"""The signals of a frame: values, and unknown where something cannot be told."""

import json
from dataclasses import replace

import pytest

from analysis.catalog import SIGNALS, signal
from analysis.gaze_look import UNKNOWN as EYES
from analysis.observations import Box, Camera, Face, Observation, Timings, looking_away, signals
from analysis.track import UNKNOWN
from tests.analysis.faces import face, observed


def test_signals_of_an_ordinary_frame() -> None:
    seen = observed(face(yaw_deg=3.14159, pitch_deg=-0.04, roll_deg=1.26, score=0.91239, eye_closure=0.12345))
    assert signals(seen) == {
        "face_count": 1,
        "face_score": 0.912,
        "yaw": 3.1,
        "pitch": 0.0,
        "roll": 1.3,
        "looking_away": False,
        "eye_closure": 0.123,
        "eyes_closed": False,
        "camera_blocked": False,
        "camera_state": "ok",
        "quality": 1.0,
        "ear": 0.24,
        "face_x": 0.4062,
        "face_y": 0.3542,
    }
    assert str(signals(seen)["pitch"]) == "0.0"


def test_signals_of_an_empty_chair() -> None:
    found = signals(observed())
    assert found.pop("face_count") == 0
    assert [key for key, value in found.items() if value is not None] == [
        "camera_blocked",
        "camera_state",
        "quality",
    ]


def test_a_blocked_camera_is_never_an_empty_chair() -> None:
    found = signals(Observation(640, 480, Camera("covered", 90.0, 4.0, 1.0, 0.0)))
    assert (found["face_count"], found["looking_away"], found["eyes_closed"]) == (None, None, None)
    assert (found["camera_blocked"], found["camera_state"]) == (True, "covered")


def test_signals_are_json_and_the_catalogue_lists_them_all() -> None:
    found = signals(observed(face()))
    assert json.loads(json.dumps(found)) == found
    video = [*found, *UNKNOWN]
    assert [entry.key for entry in SIGNALS][: len(video)] == video
    assert {*EYES} <= {entry.key for entry in SIGNALS}
    assert signal("yaw").unit == "degrees, to the person's left above zero"
    with pytest.raises(KeyError):
        signal("mood")


@pytest.mark.parametrize(
    ("yaw_deg", "pitch_deg", "expected"),
    [
        (0.0, 0.0, False),
        (25.0, 0.0, False),
        (25.1, 0.0, True),
        (-25.1, 0.0, True),
        (0.0, 18.1, True),
        (0.0, -20.0, False),
        (0.0, -20.1, True),
    ],
)
def test_looking_away_thresholds(yaw_deg: float, pitch_deg: float, expected: bool) -> None:
    assert looking_away(face(yaw_deg=yaw_deg, pitch_deg=pitch_deg), 640) is expected


@pytest.mark.parametrize(
    ("width_px", "score", "expected"), [(80.0, 0.8, True), (40.0, 0.8, None), (80.0, 0.6, None)]
)
def test_a_sure_face_without_landmarks_is_an_extreme_pose(
    width_px: float, score: float, expected: bool | None
) -> None:
    assert looking_away(face(yaw_deg=None, width_px=width_px, score=score), 640) is expected


def test_without_a_landmark_detector_nobody_is_looking_away() -> None:
    assert signals(observed(face(yaw_deg=None), unavailable=("mesh",)))["looking_away"] is None


def test_of_two_faces_alike_nobody_knows_the_candidate() -> None:
    found = signals(observed(face(yaw_deg=40.0), face()))
    assert found["face_count"] == 2
    assert [found[key] for key in ("face_score", "yaw", "looking_away", "eyes_closed")] == [None] * 4


def test_a_small_face_behind_leaves_the_candidate_known() -> None:
    found = signals(observed(face(yaw_deg=40.0), face(width_px=50.0)))
    assert (found["face_count"], found["yaw"], found["looking_away"]) == (2, 40.0, True)


def test_time_spent_does_not_make_observations_differ() -> None:
    assert replace(observed(face()), timings_ms=Timings(1.0, 2.0, 3.0, 4.0, 5.0)) == observed(face())
    assert Timings(1.0, 2.0, 3.0, 4.0, 5.0).total_ms == 15.0


def test_boxes_overlap_by_intersection_over_union() -> None:
    one = Box(0.0, 0.0, 10.0, 10.0)
    assert one.overlap(one) == 1.0
    assert one.overlap(Box(5.0, 0.0, 10.0, 10.0)) == pytest.approx(1 / 3)
    assert one.overlap(Box(20.0, 0.0, 10.0, 10.0)) == 0.0
    assert Face(one, 0.9, 1.0).box_px.centre_px == (5.0, 5.0)
