"""Photos on a wall: told from people after a minute, and counted again once they move."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np

from analysis.evaluation.findings import rate
from analysis.evaluation.manifest import read_manifest
from analysis.evaluation.posters import Wall, measure_posters
from analysis.evaluation.statistics import Rate
from analysis.pipeline import Pipeline
from tests.analysis.evaluation.folders import Answers, face, folder, seen

SWAYED = "deepface_img22.jpg: taken for a photo though it sways"


def test_a_photo_is_told_and_counts_again_once_moved(
    tmp_path: Path, data_dir: Path, pipeline: Pipeline
) -> None:
    names = ("deepface_img19.jpg", "deepface_img22.jpg")
    for name in names:
        shutil.copy(data_dir / "images" / "identity" / name, tmp_path / name)
    rows = "".join(f"{name},identity,faces=1,s\n" for name in names)
    (tmp_path / "MANIFEST.csv").write_text(f"file,kind,label,subject\n{rows}", encoding="utf-8")
    section = measure_posters(read_manifest(tmp_path), pipeline)
    assert section is not None
    [row] = section.tables[0].rows
    assert (row[0], row[1], row[2], row[4]) == ("1", *[rate(Rate(1, 1))] * 3)
    told = {rate(Rate(0, 1)): (), rate(Rate(1, 1)): (SWAYED,)}
    assert section.wrong == told[row[5]]


def test_without_pictures_of_people_there_is_nothing_to_say(tmp_path: Path) -> None:
    manifest = folder(tmp_path, [("a.png", "identity", ""), ("b.png", "identity", "")])
    assert measure_posters(manifest, Answers(seen(), seen())) is None
    assert measure_posters(folder(tmp_path, [("a.png", "identity", "")]), Answers(seen(face()))) is None


def test_equal_scenes_are_equal_and_a_moved_photo_is_elsewhere() -> None:
    wall = Wall("", np.full((400, 400, 3), 200, np.uint8), np.zeros((150, 150, 3), np.uint8))
    assert np.array_equal(wall.picture(3, 0.0), wall.picture(3, 0.0))
    still, moved = wall.picture(3, 0.0), wall.picture(3, 25.0)
    assert (still[100, 470].mean() < 40, moved[100, 470].mean() > 90) == (True, True)
