"""The rules of earlier systems on honest clips: what they mark, what they flag, and ours beside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from analysis.evaluation.findings import NOTHING, per_hour, rate
from analysis.evaluation.manifest import Labelled, Manifest, read_manifest
from analysis.evaluation.statistics import PerHour, Rate
from analysis.pipeline import Pipeline
from analysis.risk.log import Record
from proctoring.evaluating.naive import NAIVE, NaiveLook, measure_naive
from proctoring.footage import Footage, FootageRefused
from proctoring.frame_measuring import shared_irises
from tests.proctoring.evaluating.told import flag, footage, record


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline.shared()


@dataclass(frozen=True)
class Said(NaiveLook):
    """Ten pictures half a second apart: the yaw rises past 15 degrees from the third on."""

    def records(self, video: Path) -> Iterator[Record]:
        for seq in range(10):
            values = {"face_count": 1, "yaw": 20.0 if seq > 1 else 0.0, "ear": None}
            yield record("video", seq + 1, 500 * seq, values)


def folder(tmp_path: Path) -> Manifest:
    rows = (
        "file,kind,label",
        "one.mkv,single_person_video,faces=1",
        "turn.mp4,face_count_video,faces=1 head_yaw_sweep",
        "two.mp4,face_count_video,faces=2",
        "gone.mkv,single_person_video,faces=1",
    )
    (tmp_path / "MANIFEST.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (tmp_path / "one.mkv").write_bytes(b"")
    return read_manifest(tmp_path)


def watch(file: Labelled) -> Footage:
    if file.name == "gone.mkv":
        raise FootageRefused("gone.mkv: the video is damaged")
    return footage([], [flag("LOOKING_AWAY", 0, 1, 2), flag("BOOK", 3, 3, 4)], 5_000)


def test_only_honest_clips_are_judged_rule_by_rule(tmp_path: Path, pipeline: Pipeline) -> None:
    section = measure_naive(folder(tmp_path), Said(pipeline, None), watch)
    assert section is not None
    [table] = section.tables
    rows = {row[0]: row[1:] for row in table.rows}
    assert len(rows) == len(NAIVE.rules) + 2
    assert table.caption == "1 clips of one honest person each, 5 seconds"
    one = per_hour(PerHour(1, 5_000))
    assert rows["seed3: yaw past 15 degrees for 3 s"] == (rate(Rate(8, 10)), "1", one)
    assert rows["seed4: eye aspect ratio below 0.18"] == (NOTHING, "0", per_hour(PerHour(0, 5_000)))
    assert rows["seed2: no face, at once"] == (rate(Rate(0, 10)), "0", per_hour(PerHour(0, 5_000)))
    assert rows["ours, warnings and worse"] == (NOTHING, "1", one)
    assert section.unmeasured[0] == "gone.mkv: the video is damaged"


def test_without_honest_clips_there_is_nothing_to_say(tmp_path: Path, pipeline: Pipeline) -> None:
    (tmp_path / "MANIFEST.csv").write_text("file,kind,label\na.mp4,face_count_video,faces=2\n")
    assert measure_naive(read_manifest(tmp_path), Said(pipeline, None), watch) is None


def test_pupils_and_six_points_of_a_real_face(data_dir: Path, pipeline: Pipeline) -> None:
    look = NaiveLook(pipeline, shared_irises())
    clip = data_dir / "videos" / "intel_head-pose-face-detection-male.mp4"
    seen = [values for one in look.records(clip) if (values := one.values)]
    assert all(values["face_count"] == 1 for values in seen)
    assert all(isinstance(values["yaw"], float) and values["yaw"] < 45 for values in seen)
    shares = [values["pupil_left_x"] for values in seen]
    assert all(isinstance(share, float) and 0 < share < 1 for share in shares)
