"""`manage.py evaluate`: what it says about real files, where it writes, and what it refuses."""

from __future__ import annotations

import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django import Settings

from proctoring.evaluating.evaluation import KINDS


def said(*arguments: str) -> str:
    out = StringIO()
    call_command("evaluate", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


@pytest.fixture
def few(tmp_path: Path, data_dir: Path) -> Path:
    """A few real files of several kinds in a folder of their own."""
    wanted = ("fr_two_people.jpg", "fairface_Asian.jpg", "aflw2000_image03614.", "intel_people-detection.mp4")
    lines = (data_dir / "MANIFEST.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    chosen = [line for line in lines[1:] if any(name in line.split(",")[0] for name in wanted)]
    folder = tmp_path / "labelled"
    for line in chosen:
        name = line.split(",")[0]
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(data_dir / name, folder / name)
    (folder / "MANIFEST.csv").write_text("".join([lines[0], *chosen]), encoding="utf-8")
    return folder


def test_everything_about_a_few_files(few: Path, tmp_path: Path) -> None:
    out = tmp_path / "docs" / "accuracy.md"
    text = said(str(few), "--out", str(out))
    written = out.read_text(encoding="utf-8")
    assert written.startswith("# Accuracy\n\nWritten by `manage.py evaluate` from 5 labelled files")
    for part in ("2 of 2, 100.0 % (34.2 to 100.0)", "yaw below 45 (1)", "Clips through the policy"):
        assert part in text
        assert part in written
    assert "Not measured: scenarios" in text
    assert str(tmp_path) not in text + written


def test_a_detector_that_is_off_is_said(few: Path, tmp_path: Path, settings: Settings) -> None:
    settings.MODELS_DIR = tmp_path
    text = said(str(few), "--only", "objects", "--only", "identity", "--only", "audio")
    assert "Not measured: objects\n---------------------\nDetector: none ran." in text
    assert "the detector is off: no yolo11n*.onnx in the models folder" in text
    assert "the detector is off: the model file silero_vad_16k_op15.onnx is missing" in text
    assert str(tmp_path) not in text


def test_it_says_the_same_twice(few: Path) -> None:
    only = ("--only", "face_count", "--only", "clips")
    assert said(str(few), *only) == said(str(few), *only)


def test_the_recorded_exam_is_told(data_dir: Path, models_dir: Path, settings: Settings) -> None:
    settings.MODELS_DIR = models_dir
    text = said(str(data_dir), "--only", "scenarios")
    assert "NO_FACE         1 of 1, 100.0 %" in text
    assert "MULTIPLE_FACES  1 of 1, 100.0 %" in text
    assert "did not happen" not in text


def test_an_unknown_kind_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as refused:
        said(str(tmp_path), "--only", "teeth")
    assert str(refused.value) == f"there is no kind teeth; there are {', '.join(KINDS)}"


def test_a_folder_without_a_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"there is no MANIFEST\.csv in this folder"):
        said(str(tmp_path))


def test_a_place_that_cannot_be_written_is_said(few: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("", encoding="utf-8")
    with pytest.raises(CommandError, match="this cannot be written"):
        said(str(few), "--only", "eyes", "--out", str(tmp_path / "taken" / "accuracy.md"))
