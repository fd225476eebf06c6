"""`manage.py evidence`: counted on real files, said to be assumed without, and refused in words."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django import Settings


def folder_of(data_dir: Path, path: Path, *names: str) -> Path:
    """Some of the labelled files, in a list of their own; the files stay where they are."""
    lines = (data_dir / "MANIFEST.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    chosen = [line for line in lines[1:] if any(name in line.split(",")[0] for name in names)]
    for line in chosen:
        name = line.split(",")[0]
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).symlink_to(data_dir / name)
    (path / "MANIFEST.csv").write_text("".join([lines[0], *chosen]), encoding="utf-8")
    return path


def found(folder: Path, *arguments: str) -> dict[str, object]:
    out = StringIO()
    call_command("evidence", str(folder), *arguments, stdout=out, stderr=StringIO())
    read: dict[str, object] = json.loads(out.getvalue())
    return read


def test_what_labelled_files_show_is_counted(data_dir: Path, tmp_path: Path) -> None:
    folder = folder_of(data_dir, tmp_path, "images/face_count/", "videos/intel_")
    out = tmp_path / "evidence.json"
    written = found(folder, "--out", str(out))
    assert written == json.loads(out.read_text(encoding="utf-8"))
    assert str(tmp_path) not in out.read_text(encoding="utf-8")
    detectors = written["detectors"]
    assert isinstance(detectors, dict)
    assert detectors["covered"]["basis"] == "measured"
    assert detectors["covered"]["happens"][0] == [24, 24]
    assert detectors["several"]["llr_milli"][0] > 0
    assert {name for name, one in detectors.items() if one["basis"] == "assumed"} >= {
        "eyes_shut",
        "speaking",
        "somebody_else",
    }


def test_without_models_everything_that_needs_them_is_off(
    data_dir: Path, tmp_path: Path, settings: Settings
) -> None:
    folder = folder_of(data_dir, tmp_path, "audio/nospeech/", "images/face_count/")
    settings.MODELS_DIR = tmp_path / "none"
    off = found(folder)["off"]
    assert isinstance(off, list)
    assert {line.split(":")[0] for line in off} == {"speaking", "phone_seen", "somebody_else"}


def test_a_folder_without_a_list_and_an_unwritable_place_are_refused(data_dir: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="in this folder"):
        call_command("evidence", str(tmp_path), stdout=StringIO())
    folder = folder_of(data_dir, tmp_path, "images/face_count/fr_two")
    nowhere = str(tmp_path / "no" / "x.json")
    with pytest.raises(CommandError, match="this cannot be written"):
        call_command("evidence", str(folder), "--out", nowhere, stdout=StringIO())
