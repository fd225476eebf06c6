"""The face as numbers: alignment by known points, real faces near and far, and clear words without models."""

from pathlib import Path
from shutil import copy

import numpy as np
import pytest

from analysis.detectors.alignment import REFERENCE_PX, similarity
from analysis.detectors.base import DetectorMissing
from analysis.detectors.embedding import MODEL_FILE, FaceEmbeddings
from analysis.observations import Box
from analysis.video import sample_video


@pytest.fixture(scope="module")
def embeddings(models_dir: Path) -> FaceEmbeddings:
    loaded = FaceEmbeddings()
    loaded.load(models_dir, 1)
    return loaded


@pytest.fixture(scope="module")
def pictures(data_dir: Path) -> list[np.ndarray]:
    """The candidate at 0, 1 and 2 s, somebody else at 44.5 s."""
    clip = data_dir / "scenarios" / "exam_story.mp4"
    wanted = {0, 1000, 2000, 44533}
    return [image for t_ms, image in sample_video(clip, 2.0) if t_ms in wanted]


FACE = Box(270, 160, 110, 120)


@pytest.mark.parametrize(
    ("turn_deg", "scale", "shift"), [(0, 1.0, (0, 0)), (30, 2.5, (40, -7)), (-90, 0.3, (5, 5))]
)
def test_points_return_to_the_reference(turn_deg: float, scale: float, shift: tuple[float, float]) -> None:
    turn = np.radians(turn_deg)
    matrix = scale * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    points = REFERENCE_PX @ matrix.T + shift
    back = similarity(points)
    assert points @ back[:, :2].T + back[:, 2] == pytest.approx(REFERENCE_PX, abs=1e-6)


def test_one_person_is_near_and_another_far(embeddings: FaceEmbeddings, pictures: list[np.ndarray]) -> None:
    faces = [embeddings.embed(picture, FACE) for picture in pictures]
    vectors = np.array([face.vector for face in faces if face is not None])
    assert vectors.shape == (4, 256)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(4), abs=1e-4)
    scores = vectors @ vectors.T
    assert scores[0, 1:3].min() > 0.9
    assert scores[3, :3].max() < 0.25
    assert faces[0] is not None
    assert faces[0].eyes_px == pytest.approx(47, abs=4)
    assert faces[0].sharpness > 11


def test_equal_pictures_give_equal_numbers(embeddings: FaceEmbeddings, pictures: list[np.ndarray]) -> None:
    one, again = (embeddings.embed(pictures[0], FACE) for _ in range(2))
    assert one is not None
    assert again is not None
    assert (one.vector == again.vector).all()


def test_where_no_face_is_nothing_is_found(embeddings: FaceEmbeddings, pictures: list[np.ndarray]) -> None:
    assert embeddings.embed(pictures[0], Box(0, 0, 60, 60)) is None
    assert embeddings.embed(np.zeros((480, 640, 3), np.uint8), FACE) is None
    assert embeddings.embed(pictures[0], Box(-500, -500, 0, 0)) is None


def test_what_is_missing_is_named(tmp_path: Path, models_dir: Path) -> None:
    with pytest.raises(DetectorMissing, match=r"face_detection_yunet"):
        FaceEmbeddings().load(tmp_path, 1)
    with pytest.raises(DetectorMissing, match=r"face_detection_yunet"):
        FaceEmbeddings().load(None, 1)
    copy(next(models_dir.glob("face_detection_yunet*.onnx")), tmp_path)
    with pytest.raises(DetectorMissing, match=MODEL_FILE):
        FaceEmbeddings().load(tmp_path, 1)
    (tmp_path / MODEL_FILE).write_text("this is no model")
    with pytest.raises(DetectorMissing, match="is not a model"):
        FaceEmbeddings().load(tmp_path, 1)


def test_an_unloaded_network_says_so() -> None:
    with pytest.raises(RuntimeError, match="not loaded"):
        FaceEmbeddings().embed(np.zeros((480, 640, 3), np.uint8), FACE)
