"""Errors of angles in the signs of the house, from MATLAB's file or from the label."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.evaluation.findings import rate
from analysis.evaluation.manifest import ManifestRefused, read_manifest
from analysis.evaluation.posing import Pose, measure_poses, true_pose
from analysis.evaluation.statistics import Rate
from analysis.pipeline import Pipeline
from tests.analysis.evaluation.folders import Answers, face, folder, seen


def test_a_label_counts_yaw_to_the_right(tmp_path: Path) -> None:
    near, bare, broken = folder(
        tmp_path,
        [
            ("a.png", "headpose", "pitch=-4.5 yaw=30 roll=5"),
            ("b.png", "headpose", "yaw=1"),
            ("c.png", "headpose", "pitch=0 yaw=0 roll=0"),
        ],
    ).files
    assert true_pose(near) == Pose(-30.0, -4.5, 5.0)
    with pytest.raises(ManifestRefused) as refused:
        true_pose(bare)
    assert str(refused.value) == "b.png: no pose is written beside it or in its label"
    (tmp_path / "c.mat").write_bytes(b"nothing")
    with pytest.raises(ManifestRefused, match=r"c.png: its pose cannot be read"):
        true_pose(broken)


@pytest.mark.parametrize(
    ("pose", "away"),
    [
        (Pose(25.0, 18.0, 90.0), False),
        (Pose(-25.1, 0.0, 0.0), True),
        (Pose(0.0, 18.1, 0.0), True),
        (Pose(0.0, -20.0, 0.0), False),
        (Pose(0.0, -20.1, 0.0), True),
    ],
)
def test_the_truth_is_judged_by_the_limits_of_the_signal(pose: Pose, away: bool) -> None:
    assert pose.away is away


def test_errors_and_answers(tmp_path: Path) -> None:
    manifest = folder(
        tmp_path,
        [
            ("a.png", "headpose", "pitch=0 yaw=10 roll=0"),
            ("b.png", "headpose", "pitch=2 yaw=-40 roll=0"),
            ("c.png", "headpose", "pitch=0 yaw=60 roll=0"),
            ("d.png", "headpose", "pitch=0 yaw=0 roll=0"),
        ],
    )
    section = measure_poses(
        manifest, Answers(seen(face(-12.0)), seen(face(20.0, -2.0)), seen(face(None, None)), seen())
    )
    assert section is not None
    errors, answers, directions = section.tables
    assert errors.rows == (
        ("yaw below 45 (3)", "2", "11.0 (20.0)", "2.0 (4.0)", "0.0 (0.0)"),
        ("yaw 45 and more (1)", "0", "-", "-", "-"),
    )
    assert answers.rows == (("facing", "1", "0", "1"), ("away", "1", "1", "0"))
    assert directions.rows == (
        ("screen", "1", "0", "0", "0", "0", "0", "1"),
        ("left", "1", "0", "0", "0", "0", "0", "0"),
        ("right", "0", "0", "0", "0", "0", "1", "0"),
    )
    assert section.wrong == (
        "b.png: away (yaw, pitch, roll 40, 2, 0), answered facing",
        "d.png: facing (yaw, pitch, roll -0, 0, 0), answered unknown",
    )


def test_extreme_poses_are_turned_away_and_never_nobody(tmp_path: Path) -> None:
    manifest = folder(
        tmp_path, [(f"{name}.png", "headpose", "pitch=0 yaw=70 roll=0") for name in ("a", "b", "c")]
    )
    answers = Answers(seen(face(-62.0)), seen(face(None, None)), seen())
    section = measure_poses(manifest, answers)
    assert section is not None
    [row] = section.tables[3].rows
    assert row == ("yaw beyond 60 (3)", rate(Rate(2, 3)), rate(Rate(1, 3)), rate(Rate(1, 3)))
    assert section.unmeasured == ("how angles change over time: the poses are of single pictures",)


def test_without_poses_there_is_nothing_to_say(tmp_path: Path) -> None:
    assert measure_poses(folder(tmp_path, [("a.png", "groups", "faces=1")]), Answers()) is None


def test_real_poses(pipeline: Pipeline, data_dir: Path) -> None:
    section = measure_poses(read_manifest(data_dir), pipeline)
    assert section is not None
    assert [row[:2] for row in section.tables[0].rows] == [
        ("yaw below 45 (7)", "7"),
        ("yaw 45 and more (3)", "3"),
    ]
    assert section.notes[0].startswith(f"Turned away: right {rate(Rate(10, 10))}")
    assert section.wrong == ()
    assert section.tables[3].rows == (
        ("yaw beyond 60 (2)", rate(Rate(2, 2)), rate(Rate(0, 2)), rate(Rate(2, 2))),
    )
    assert section.notes[1].startswith(f"Direction: right {rate(Rate(10, 10))}")
    assert section.unmeasured[0] == "a face whose landmarks collapse: they were placed on every face here"
