"""Clips through the policy: frames against the label, and flags that the label denies."""

from __future__ import annotations

from pathlib import Path

from analysis.evaluation.findings import per_hour, rate
from analysis.evaluation.manifest import Labelled, read_manifest
from analysis.evaluation.statistics import PerHour, Rate
from analysis.risk.library import load_policy
from proctoring.evaluating.clips import measure_clips
from proctoring.footage import Footage, FootageRefused
from tests.proctoring.evaluating.told import flag, footage, record


def clips(folder: Path) -> tuple[Path, dict[str, Footage]]:
    rows = [
        "file,kind,label",
        "one.mkv,single_person_video,faces=1 persons=1",
        "two.mp4,face_count_video,faces=2 books=0 head_roll",
        "turn.mp4,face_count_video,faces=1 head_yaw_sweep",
        "gone.mp4,face_count_video,faces=0",
        "unlabelled.mp4,face_count_video,persons=1",
    ]
    (folder / "MANIFEST.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    counts = [
        record("video", seq, 500 * seq, {"face_count": count}) for seq, count in enumerate((1, 2, None))
    ]
    looked = record("objects", 1, 500, {"phone": False})
    return folder, {
        "one.mkv": footage(
            [*counts, looked],
            [flag("MULTIPLE_FACES", 0, 500, 1_000), flag("OTHER_SCREEN", 0, 800, 1_000)],
            1_000,
        ),
        "two.mp4": footage(
            [record("video", 1, 0, {"face_count": 2})],
            [flag("MULTIPLE_FACES", 0, 1, 2), flag("BOOK", 3, 3, 4)],
            2_000,
        ),
        "turn.mp4": footage([], [flag("LOOKING_AWAY", 0, 1, 2), flag("NO_FACE", 5, 1_500, 7)], 1_000),
    }


def test_frames_and_false_alarms(tmp_path: Path) -> None:
    folder, seen = clips(tmp_path)

    def watch(file: Labelled) -> Footage:
        if file.name not in seen:
            raise FootageRefused(f"{file.name}: the video is damaged")
        return seen[file.name]

    section = measure_clips(read_manifest(folder), load_policy("default"), watch)
    assert section is not None
    frames, confusion, alarms = section.tables
    assert frames.rows == (
        ("single_person_video", "1", "1", rate(Rate(1, 3)), rate(Rate(1, 3)), rate(Rate(1, 3))),
        ("face_count_video", "2", "3", rate(Rate(1, 1)), rate(Rate(0, 1)), rate(Rate(0, 1))),
    )
    assert confusion.rows == (("1", "0", "1", "1", "1"), ("2+", "0", "0", "1", "0"))
    assert alarms.rows == (
        ("single_person_video", "1", per_hour(PerHour(1, 1_000))),
        ("face_count_video", "2", per_hour(PerHour(2, 3_000))),
        ("all", "3", per_hour(PerHour(3, 4_000))),
    )
    assert section.wrong == (
        "one.mkv: MULTIPLE_FACES at 0.5 s",
        "two.mp4: BOOK at 0.0 s",
        "turn.mp4: NO_FACE at 1.5 s",
    )
    assert section.notes[0].endswith("Raised where the label says so: LOOKING_AWAY, MULTIPLE_FACES.")
    assert section.notes[1] == "Not judged, because the labels do not speak of it: OTHER_SCREEN in one.mkv."
    assert section.unmeasured[0] == "gone.mp4: the video is damaged"


def test_without_clips_there_is_nothing_to_say(tmp_path: Path) -> None:
    (tmp_path / "MANIFEST.csv").write_text("file,kind,label\na.jpg,face_count,faces=1\n", encoding="utf-8")
    assert (
        measure_clips(read_manifest(tmp_path), load_policy("default"), lambda _: footage([], [], 0)) is None
    )
