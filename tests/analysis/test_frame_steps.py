"""The published limits for single frames, each from both sides; unknown is never an anomaly."""

import json
from dataclasses import replace

import pytest

from analysis.close_look import CloseLook
from analysis.frame_steps import FrameState, FrameVerdict, judge_frame
from analysis.observations import Box, Camera, Face, Observation

CAMERA = Camera(state="ok", luma=120.0, contrast=40.0, sharpness=200.0, quality=0.9)
FACE = Face(Box(270, 190, 100, 100), 0.95, 0.9, ear=0.3)
PUPILS = ((0.48, 0.45), (0.52, 0.45))


def look(*faces: Face, pupils: tuple[tuple[float, float], tuple[float, float]] | None = PUPILS) -> CloseLook:
    return CloseLook(Observation(640, 480, CAMERA, faces, len(faces)), pupils)


def after(first: CloseLook, second: CloseLook, step_ms: int = 1000) -> FrameVerdict:
    state, _ = judge_frame(FrameState(), first, 0)
    return judge_frame(state, second, step_ms)[1]


def shifted(move: float) -> CloseLook:
    (right_x, y), (left_x, _) = PUPILS
    return look(FACE, pupils=((right_x + move, y), (left_x + move, y)))


def test_the_first_picture_has_moved_nowhere() -> None:
    state, verdict = judge_frame(FrameState(), look(FACE), 0)
    assert state == FrameState(0, PUPILS, (0.5, 0.5))
    assert verdict == FrameVerdict()
    assert (verdict.anomaly, verdict.pupil_movement) == (False, None)


@pytest.mark.parametrize(
    ("move", "status", "anomaly"),
    [
        (0.0019, "straight", False),
        (0.0021, "normal", False),
        (0.0079, "normal", False),
        (0.0081, "unusual", True),
    ],
)
def test_pupils_are_judged_by_how_far_they_moved(move: float, status: str, anomaly: bool) -> None:
    verdict = after(look(FACE), shifted(move))
    assert (verdict.pupil_movement, verdict.anomaly) == (status, anomaly)
    assert verdict.pupil_move == pytest.approx(move)
    assert verdict.reasons == (("pupils_unusual",) if anomaly else ())


@pytest.mark.parametrize(("move_px", "reasons"), [(31, ()), (33, ("face_moved",))])
def test_a_face_that_moved_more_than_a_twentieth(move_px: int, reasons: tuple[str, ...]) -> None:
    moved = replace(FACE, box_px=Box(270 + move_px, 190, 100, 100))
    verdict = after(look(FACE, pupils=None), look(moved, pupils=None))
    assert verdict.face_move == pytest.approx(move_px / 640)
    assert (verdict.pupil_move, verdict.reasons) == (None, reasons)


@pytest.mark.parametrize(("ear", "reasons"), [(0.179, ("eyes_closed",)), (0.18, ()), (None, ())])
def test_closed_eyes(ear: float | None, reasons: tuple[str, ...]) -> None:
    assert judge_frame(FrameState(), look(replace(FACE, ear=ear)), 0)[1].reasons == reasons


def test_more_than_one_face_and_nobody_in_particular() -> None:
    state, verdict = judge_frame(FrameState(), look(FACE, FACE, pupils=None), 0)
    assert (verdict.reasons, state.face) == (("several_faces",), None)
    assert after(look(FACE, FACE, pupils=None), look(FACE)).face_move is None


@pytest.mark.parametrize("step_ms", [0, -1, 3001])
def test_pictures_that_do_not_follow_each_other_tell_nothing(step_ms: int) -> None:
    assert after(look(FACE), shifted(0.1), step_ms) == FrameVerdict()
    assert after(look(FACE), shifted(0.1), 3000).anomaly


def test_a_picture_that_cannot_be_judged_is_no_anomaly() -> None:
    dark = CloseLook(Observation(640, 480, replace(CAMERA, state="dark"), (), None))
    assert after(look(FACE), dark) == FrameVerdict()


@pytest.mark.parametrize(
    "state", [FrameState(), FrameState(7, PUPILS, (0.5, 0.5)), FrameState(7, None, (0.1, 0.2))]
)
def test_the_state_comes_back_through_json(state: FrameState) -> None:
    assert FrameState.from_json(json.loads(json.dumps(state.to_json()))) == state
