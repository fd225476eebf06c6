"""The batch back end agrees with the one on the processor; without its packages it is off and says why."""

import importlib.util
from pathlib import Path

import cv2
import pytest

from analysis.detectors.base import DetectorMissing
from analysis.detectors.objects import OpenVinoObjects
from analysis.detectors.objects_ultralytics import UltralyticsObjects, export_onnx

INSTALLED = importlib.util.find_spec("ultralytics") is not None


@pytest.mark.skipif(INSTALLED, reason="the full set is installed here")
def test_without_the_full_set_it_names_it(tmp_path: Path) -> None:
    for ask in (lambda: UltralyticsObjects().load(tmp_path, threads=1), lambda: export_onnx(tmp_path, 640)):
        with pytest.raises(DetectorMissing, match="ultralytics is not installed; it comes with"):
            ask()


def test_unloaded_it_does_not_guess() -> None:
    with pytest.raises(RuntimeError, match="not loaded"):
        UltralyticsObjects().detect([])


@pytest.mark.skipif(not INSTALLED, reason="the full set is not installed: no ultralytics")
def test_both_back_ends_see_the_same(models_dir: Path, data_dir: Path) -> None:
    names = ("floor_102.jpg", "floor_23.jpg")
    images = [cv2.imread(str(data_dir / "images" / "phone" / name)) for name in names]
    batch, single = UltralyticsObjects(), OpenVinoObjects()
    batch.load(models_dir, threads=1)
    single.load(models_dir, threads=1)
    for ours, theirs in zip(single.detect(images), batch.detect(images), strict=True):
        assert [one.label for one in ours] == [one.label for one in theirs]
        for one, other in zip(ours, theirs, strict=True):
            assert one.box_px.overlap(other.box_px) > 0.9
