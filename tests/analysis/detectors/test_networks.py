"""Networks: real model files, and clear words for files that are none."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from analysis.detectors.base import DetectorMissing
from analysis.detectors.networks import UNIT, Network, mediapipe_model
from analysis.detectors.yunet import YunetFaces

EYE = mediapipe_model("iris_landmark", "iris_landmark.tflite")


def pictures(count: int) -> list[np.ndarray]:
    return list(np.random.default_rng(6).integers(0, 255, (count, 64, 64, 3)).astype(np.uint8))


def test_several_threads_get_each_their_own_answer() -> None:
    network = Network(EYE, 1, UNIT, outputs=1)
    alone = [network.run(picture)[0] for picture in pictures(12)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda picture: network.run(picture)[0], pictures(12)))
    assert all((one == other).all() for one, other in zip(alone, together, strict=True))
    assert alone[0].shape == (1, 213)


def test_an_output_left_out_changes_no_other() -> None:
    picture = pictures(1)[0]
    both = Network(EYE, 1, UNIT, outputs=2).run(picture)
    alone = Network(EYE, 1, UNIT, outputs=1).run(picture)
    assert (len(both), len(alone)) == (2, 1)
    assert alone[0] == pytest.approx(both[0], abs=0.5)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DetectorMissing, match=r"the model file none\.tflite is missing"):
        Network(tmp_path / "none.tflite", 1, UNIT, outputs=1)


@pytest.mark.parametrize("name", ["broken.tflite", "broken.onnx", "broken.xml"])
def test_a_file_that_is_no_model_is_named(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"this is no model")
    with pytest.raises(DetectorMissing, match="is not a model"):
        Network(path, 1, UNIT, outputs=1)


def test_a_broken_yunet_is_named(tmp_path: Path) -> None:
    (tmp_path / "face_detection_yunet_x.onnx").write_bytes(b"this is no model")
    with pytest.raises(DetectorMissing, match="is not a model"):
        YunetFaces().load(tmp_path, 1)


def test_a_folder_that_is_not_there_has_no_yunet(tmp_path: Path) -> None:
    for folder in (None, tmp_path / "none"):
        with pytest.raises(DetectorMissing, match="in the models folder"):
            YunetFaces().load(folder, 1)
