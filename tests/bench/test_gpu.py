"""Pictures a second by size of batch, whatever the road; what is missing is said in words."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from analysis.detectors.base import DetectorMissing, Image
from analysis.frames import encode_jpeg
from bench import gpu
from bench.gpu import Rate, Road, cuda_name, main, measure_road, read_pictures, table


class Clockwork:
    """A detector and its clock: each call takes 10 ms and 1 ms more a picture."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.batches: list[int] = []

    def load(self, models_dir: Path | None, threads: int) -> None:
        assert threads >= 1

    def detect(self, images: Sequence[Image]) -> object:
        self.batches.append(len(images))
        self.now_s += 0.010 + 0.001 * len(images)
        return []

    def clock(self) -> float:
        return self.now_s


def test_a_larger_batch_takes_less_for_each_picture(tmp_path: Path) -> None:
    work = Clockwork()
    road = measure_road(
        "fake",
        "clockwork",
        work,
        read_pictures(None),
        models_dir=tmp_path,
        batches=(1, 10),
        seconds=0.1,
        clock=work.clock,
    )
    assert road.rates == (Rate(1, 90.9, 11.0), Rate(10, 500.0, 2.0))
    assert set(work.batches) == {1, 10}
    assert table([road]).splitlines() == [
        "fake, clockwork",
        "  batch   1      90.9 pictures/s    11.00 ms each",
        "  batch  10     500.0 pictures/s     2.00 ms each",
    ]


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    class Absent(Clockwork):
        def load(self, models_dir: Path | None, threads: int) -> None:
            raise DetectorMissing("no yolo11n.pt in the models folder")

    road = measure_road("fake", "nothing", Absent(), read_pictures(None), models_dir=tmp_path)
    assert road == Road("fake", "nothing", (), "no yolo11n.pt in the models folder")
    assert table([road]) == "fake, nothing: not measured: no yolo11n.pt in the models folder"


def test_pictures_come_from_a_folder(tmp_path: Path) -> None:
    (tmp_path / "one.jpg").write_bytes(encode_jpeg(np.full((120, 160, 3), 90, dtype=np.uint8), 90))
    (found,) = read_pictures(tmp_path)
    assert found.shape == (120, 160, 3)


def test_a_folder_without_pictures_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--models", str(tmp_path), "--pictures", str(tmp_path)]) == 2
    assert "There is no *.jpg in" in capsys.readouterr().err


def test_without_models_nothing_is_measured_and_the_figures_say_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "gpu.json"
    assert main(["--models", str(tmp_path), "--json", str(file)]) == 1
    figures = json.loads(file.read_text())
    assert figures["cuda"] == cuda_name()
    assert [road["rates"] for road in figures["roads"]] == [[], []]
    assert all(road["missing"] for road in figures["roads"])
    if gpu.cuda_name() is None:
        assert "no CUDA device" in capsys.readouterr().out
