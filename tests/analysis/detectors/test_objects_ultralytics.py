"""The batch back end agrees with the one on the processor; without its packages it is off and says why."""

import importlib.util
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis.detectors.base import DetectorMissing
from analysis.detectors.objects import UNIT_NCHW, OpenVinoObjects
from analysis.detectors.objects_ultralytics import UltralyticsObjects, _libraries, export_onnx
from tests.analysis.pictures import labelled

INSTALLED = importlib.util.find_spec("ultralytics") is not None
full_set = pytest.mark.skipif(not INSTALLED, reason="the full set is not installed: no ultralytics")
# What torch says about its own ways is for its makers.
exporting = pytest.mark.filterwarnings("ignore")
LEAST_THINGS = 24


@pytest.mark.skipif(INSTALLED, reason="the full set is installed here")
def test_without_the_full_set_it_names_it(tmp_path: Path) -> None:
    for ask in (lambda: UltralyticsObjects().load(tmp_path, threads=1), lambda: export_onnx(tmp_path, 640)):
        with pytest.raises(DetectorMissing, match="is not installed; it comes with the `full` set"):
            ask()


def test_unloaded_it_does_not_guess() -> None:
    with pytest.raises(RuntimeError, match="not loaded"):
        UltralyticsObjects().detect([])


def pictures(data_dir: Path) -> list[np.ndarray]:
    """Phones on floors and desks, and groups of people."""
    return [one.picture() for kind in ("phone", "face_count") for one in labelled(data_dir, kind)]


@full_set
def test_both_back_ends_see_the_same(models_dir: Path, data_dir: Path) -> None:
    images = pictures(data_dir)
    batch, single = UltralyticsObjects(), OpenVinoObjects()
    batch.load(models_dir, threads=1)
    single.load(models_dir, threads=1)
    told = zip(single.detect(images), batch.detect(images), strict=True)
    assert_alike(list(told))


def assert_alike(told: list[Any]) -> None:
    sure = [[[one for one in found if one.score >= 0.3] for found in pair] for pair in told]
    assert sum(len(ours) for ours, _ in sure) >= LEAST_THINGS
    for (ours, theirs), (all_ours, all_theirs) in zip(sure, told, strict=True):
        # What one back end sees surely the other sees too, perhaps a little below the limit.
        for found, others in ((ours, all_theirs), (theirs, all_ours)):
            for one in found:
                near = [
                    two for two in others if two.label == one.label and one.box_px.overlap(two.box_px) > 0.9
                ]
                assert near, (one, others)
                # Processors with bfloat16 units round on the way.
                assert abs(near[0].score - one.score) < 0.1


@full_set
@exporting
def test_an_export_sees_what_its_weights_see(models_dir: Path, data_dir: Path, tmp_path: Path) -> None:
    weights = sorted(models_dir.glob("yolo11n*.pt"))
    if not weights:
        pytest.skip("MODELS_DIR holds no yolo11n*.pt")
    shutil.copyfile(weights[-1], tmp_path / weights[-1].name)
    assert export_onnx(tmp_path, 640) == tmp_path / "yolo11n.onnx"
    exported, original = OpenVinoObjects(), UltralyticsObjects()
    exported.load(tmp_path, threads=1)
    original.load(tmp_path, threads=1)
    images = pictures(data_dir)
    assert_alike(list(zip(exported.detect(images), original.detect(images), strict=True)))


@full_set
@exporting
@pytest.mark.parametrize("side_px", [320, 640])
def test_weights_of_ones_own_go_the_whole_road_to_openvino(tmp_path: Path, side_px: int) -> None:
    torch, yolo = _libraries()
    torch.manual_seed(7)
    model = yolo("yolo11n.yaml", task="detect")
    model.save(tmp_path / "yolo11n.pt")
    export_onnx(tmp_path, side_px)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["yolo11n.onnx", "yolo11n.pt"]
    exported = OpenVinoObjects(side_px)
    exported.load(tmp_path, threads=1)
    picture = np.random.default_rng(7).integers(0, 255, (side_px, side_px, 3)).astype(np.uint8)
    ours = exported._networks[exported._square].run(picture)[0]
    seen = torch.from_numpy(picture[None, :, :, ::-1].copy()).permute(0, 3, 1, 2) / UNIT_NCHW.scale
    theirs = model.model.float().eval()(seen)[0].detach().numpy()
    assert ours.shape == theirs.shape == (1, 84, (side_px // 8) ** 2 * 21 // 16)
    assert np.abs(ours[:, 4:] - theirs[:, 4:]).max() < 0.02
    assert np.abs(ours[:, :4] - theirs[:, :4]).max() < 0.02 * side_px


@full_set
def test_weights_that_are_none_are_named(tmp_path: Path) -> None:
    (tmp_path / "yolo11n.pt").write_bytes(b"this is no model")
    for ask in (lambda: UltralyticsObjects().load(tmp_path, threads=1), lambda: export_onnx(tmp_path, 640)):
        with pytest.raises(DetectorMissing, match=r"yolo11n\.pt is not a model that ultralytics reads"):
            ask()
    assert [path.name for path in tmp_path.iterdir()] == ["yolo11n.pt"]
