"""Counts against labels: right, wrong and unknown are told apart, and files that went wrong are named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from analysis.evaluation.counting import measure_counts
from analysis.evaluation.findings import rate
from analysis.evaluation.manifest import read_manifest
from analysis.evaluation.statistics import Rate
from analysis.pipeline import Pipeline
from tests.analysis.evaluation.folders import Answers, face, folder, seen


def test_right_wrong_and_unknown_by_kind(tmp_path: Path) -> None:
    manifest = folder(
        tmp_path,
        [
            ("a.png", "groups", "faces=2"),
            ("b.png", "groups", "faces=7+"),
            ("c.png", "alone", "faces=1"),
            ("d.png", "alone", "faces=1"),
            ("e.png", "alone", "faces=many"),
            ("f.png", "other", "phone=1"),
        ],
    )
    section = measure_counts(
        manifest, Answers(seen(face(), face()), seen(*[face()] * 5), seen(), seen(count=None))
    )
    assert section is not None
    by_kind, confusion = section.tables
    assert by_kind.rows == (
        ("groups", rate(Rate(2, 2)), rate(Rate(0, 2)), rate(Rate(0, 2)), rate(Rate(1, 2))),
        ("alone", rate(Rate(0, 2)), rate(Rate(1, 2)), rate(Rate(1, 2)), rate(Rate(0, 2))),
        ("all", rate(Rate(2, 4)), rate(Rate(1, 4)), rate(Rate(1, 4)), rate(Rate(1, 4))),
    )
    assert confusion.rows == (("1", "1", "0", "0", "1"), ("2+", "0", "0", "2", "0"))
    assert section.wrong == ("b.png: 7+ faces, answered 5", "c.png: 1 faces, answered 0")
    assert section.notes[1] == "Unknown: d.png."
    assert section.unmeasured == ("e.png: 'many' is no number of faces",)


def test_without_counts_there_is_nothing_to_say(tmp_path: Path) -> None:
    assert measure_counts(folder(tmp_path, [("a.png", "other", "phone=1")]), Answers()) is None


def test_one_person_is_one_face_on_every_real_picture(pipeline: Pipeline, data_dir: Path) -> None:
    manifest = read_manifest(data_dir)
    alone = tuple(file for file in manifest.of_kind("identity", "antispoof", "skin_tone"))
    section = measure_counts(replace(manifest, files=alone), pipeline)
    assert section is not None
    assert section.tables[0].rows[-1] == (
        "all",
        rate(Rate(52, 52)),
        rate(Rate(0, 52)),
        rate(Rate(0, 52)),
        rate(Rate(52, 52)),
    )
    assert section.wrong == ()
