"""The whole way on real pictures and clips: counts, pose, eyes, equal answers, failing detectors."""

from pathlib import Path

import numpy as np
import pytest

from analysis.baseline import Baseline, BaselineBuilder
from analysis.detectors.base import DetectorMissing, FoundFace, Image, Mesh
from analysis.frames import Frame, encode_jpeg, open_frame
from analysis.observations import Observation, signals
from analysis.pipeline import Pipeline, detector_status
from analysis.video import sample_video
from tests.analysis.jpegs import jpeg, scene
from tests.analysis.pictures import labelled

STORY = Path("scenarios", "exam_story.mp4")


@pytest.fixture(scope="module")
def story(pipeline: Pipeline, data_dir: Path) -> dict[int, Observation]:
    """The recorded exam at 2 frames a second, as a browser sends it, against its own first good frames."""
    builder, baseline, seen = BaselineBuilder(), None, {}
    for t_ms, image in sample_video(data_dir / STORY, 2.0):
        frame = open_frame(encode_jpeg(image))
        if baseline is None and builder.add(pipeline.observe(frame)).complete:
            baseline = builder.build()
        seen[t_ms] = pipeline.observe(frame, baseline)
    return seen


@pytest.fixture(scope="module")
def faces_clip(data_dir: Path) -> list[Frame]:
    clip = data_dir / "videos" / "intel_head-pose-face-detection-male.mp4"
    return [Frame.of(image) for _, image in sample_video(clip, 30.0)]


def built(pipeline: Pipeline, frames: list[Frame]) -> Baseline:
    builder = BaselineBuilder()
    for frame in frames:
        if builder.add(pipeline.observe(frame)).complete:
            return builder.build()
    raise AssertionError("no baseline")


def test_the_story_has_its_faces(story: dict[int, Observation]) -> None:
    counts = {t_ms: seen.face_count for t_ms, seen in story.items()}
    expected = {t: 0 if 14_000 <= t < 22_000 else 2 if 22_000 <= t < 31_000 else 1 for t in counts}
    assert counts == expected


def test_the_story_turns_away_only_while_somebody_does(story: dict[int, Observation]) -> None:
    away = [t for t, seen in story.items() if signals(seen)["looking_away"]]
    assert len(away) >= 8
    assert min(away) >= 43_000
    assert max(away) < 53_000
    yaws = [story[t].faces[0].yaw_deg for t in away]
    assert min(yaw for yaw in yaws if yaw is not None) < -40
    assert max(yaw for yaw in yaws if yaw is not None) > 20


def test_counts_of_photographs(pipeline: Pipeline, data_dir: Path) -> None:
    """No face, one, or several: right on at least eleven of twelve photographs."""
    right = [
        min(pipeline.observe(Frame.of(photo.picture())).face_count or 0, 2) == min(photo.number("faces"), 2)
        for photo in labelled(data_dir, "face_count")
    ]
    assert len(right) == 12
    assert sum(right) >= 11


def test_hands_near_the_face_are_no_second_face(pipeline: Pipeline, data_dir: Path) -> None:
    counts = [
        pipeline.observe(Frame.of(image)).face_count
        for clip in sorted((data_dir / "videos").glob("asl_*.mkv"))
        for _, image in sample_video(clip, 2.0)
    ]
    assert len(counts) >= 60
    assert set(counts) == {1}


def test_head_pose_of_photographs(pipeline: Pipeline, data_dir: Path) -> None:
    """Mean error below 5 degrees an axis within 45 degrees of yaw; the labels count yaw to the right."""
    errors = []
    for photo in labelled(data_dir, "headpose"):
        face = pipeline.observe(Frame.of(photo.picture())).candidate
        assert face is not None
        if abs(photo.number("yaw")) < 45:
            assert face.yaw_deg is not None
            found = (-face.yaw_deg, face.pitch_deg, face.roll_deg)
            errors.append(np.subtract(found, [photo.number(axis) for axis in ("yaw", "pitch", "roll")]))
    assert len(errors) == 7
    assert np.abs(errors).mean(axis=0).max() < 5.0


def test_a_mirrored_picture_mirrors_yaw_and_roll(pipeline: Pipeline, data_dir: Path) -> None:
    differences = []
    for photo in labelled(data_dir, "headpose"):
        image = photo.picture()
        face = pipeline.observe(Frame.of(image)).candidate
        mirrored = pipeline.observe(Frame.of(np.ascontiguousarray(image[:, ::-1]))).candidate
        if (
            face
            and mirrored
            and face.yaw_deg is not None
            and mirrored.yaw_deg is not None
            and abs(face.yaw_deg) < 35
        ):
            assert None not in (face.pitch_deg, face.roll_deg, mirrored.pitch_deg, mirrored.roll_deg)
            differences.append(
                (
                    face.yaw_deg + mirrored.yaw_deg,
                    face.pitch_deg - mirrored.pitch_deg,  # type: ignore[operator]
                    face.roll_deg + mirrored.roll_deg,  # type: ignore[operator]
                )
            )
    assert len(differences) >= 6
    assert np.median(np.abs(differences), axis=0).max() < 2.5


def test_a_blink_is_seen_and_open_eyes_are_open(pipeline: Pipeline, faces_clip: list[Frame]) -> None:
    """The clip's person shuts the eyes once, at its very end."""
    baseline = built(pipeline, faces_clip)
    closures = [signals(pipeline.observe(frame, baseline))["eye_closure"] for frame in faces_clip]
    known = [float(value) for value in closures if value is not None]
    assert len(known) == len(faces_clip)
    assert np.argmax(known) >= len(known) - 3
    assert max(known) > 0.7
    assert np.median(known) < 0.1


def test_the_same_bytes_give_the_same_observation(pipeline: Pipeline, faces_clip: list[Frame]) -> None:
    data = [encode_jpeg(frame.image) for frame in faces_clip[:6]]
    baseline = built(pipeline, faces_clip)
    forth = [pipeline.observe(open_frame(one), baseline) for one in data]
    back = [pipeline.observe(open_frame(one), baseline) for one in reversed(data)][::-1]
    assert forth == back
    assert Pipeline(None).observe(open_frame(data[0]), baseline) == forth[0]


def test_angles_count_from_the_baseline(pipeline: Pipeline, faces_clip: list[Frame]) -> None:
    alone, against = (
        pipeline.observe(faces_clip[0]),
        pipeline.observe(faces_clip[0], built(pipeline, faces_clip)),
    )
    assert (alone.against_baseline, against.against_baseline) == (False, True)
    first, second = alone.faces[0], against.faces[0]
    assert first.rotation == second.rotation
    assert first.yaw_deg != second.yaw_deg
    assert first.eye_closure is None


@pytest.mark.parametrize(("grey", "state"), [(2, "dark"), (120, "covered")])
def test_a_blocked_camera_counts_nobody(pipeline: Pipeline, grey: int, state: str) -> None:
    seen = pipeline.observe(Frame.of(np.full((480, 640, 3), grey, np.uint8)))
    assert (seen.camera.state, seen.face_count, seen.faces) == (state, None, ())


def test_a_picture_without_people_counts_zero(pipeline: Pipeline) -> None:
    seen = pipeline.observe(open_frame(jpeg(scene(640, 480))))
    assert (seen.face_count, seen.faces, seen.unavailable) == (0, (), ())


def test_status_names_what_is_missing_in_one_line(tmp_path: Path) -> None:
    status = {one.key: one for one in detector_status(tmp_path)}
    assert {key: one.on for key, one in status.items()} == {
        "faces": True,
        "yunet": False,
        "mesh": True,
        "eyes": True,
    }
    assert status["yunet"].reason == "no face_detection_yunet*.onnx in the models folder"
    assert Pipeline.shared(tmp_path) is Pipeline.shared(tmp_path)


class Broken:
    """A detector whose library fails on every frame, and one that is not installed."""

    def __init__(self, key: str, installed: bool = True) -> None:
        self.key = key
        self.installed = installed

    def load(self, models_dir: Path | None, threads: int) -> None:
        if not self.installed:
            raise DetectorMissing("not installed")

    def detect(self, image: Image, half: Image | None = None) -> tuple[FoundFace, ...]:
        raise RuntimeError("detector")

    def landmarks(self, image: Image, faces: tuple[FoundFace, ...]) -> tuple[Mesh | None, ...]:
        raise RuntimeError("detector")

    def place(self, image: Image, mesh: Mesh) -> Mesh:
        raise RuntimeError("detector")


def test_a_failing_face_detector_leaves_the_count_unknown(faces_clip: list[Frame]) -> None:
    seen = Pipeline(full_range=Broken("faces")).observe(faces_clip[0])
    assert (seen.face_count, seen.faces, seen.unavailable) == (None, (), ("faces",))


def test_failing_landmarks_leave_pose_unknown(faces_clip: list[Frame]) -> None:
    seen = Pipeline(mesh=Broken("mesh")).observe(faces_clip[0])
    assert (seen.face_count, seen.unavailable) == (1, ("mesh",))
    assert (signals(seen)["yaw"], signals(seen)["looking_away"]) == (None, None)


def test_failing_eyelids_leave_closure_unknown(faces_clip: list[Frame]) -> None:
    seen = Pipeline(lids=Broken("eyes")).observe(faces_clip[0])
    assert (seen.face_count, seen.unavailable, seen.faces[0].ear) == (1, ("eyes",), None)
    assert seen.faces[0].yaw_deg is not None


def test_yunet_stands_in_for_a_missing_detector(faces_clip: list[Frame], models_dir: Path) -> None:
    pipeline = Pipeline(models_dir, full_range=Broken("faces", installed=False))
    seen = pipeline.observe(faces_clip[0])
    assert [one.key for one in pipeline.status if not one.on] == ["faces"]
    assert (seen.face_count, seen.unavailable) == (1, ())
    assert seen.faces[0].yaw_deg == pytest.approx(0.0, abs=15.0)
