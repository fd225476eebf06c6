"""`manage.py replay`: a recording tells its story, twice the same; a bad file or policy is told in a line."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings
from PIL import Image
from pypdf import PdfReader

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent.parent
STARTS_WITHIN_MS, ENDS_WITHIN_MS = 1500, 3000


@dataclass(frozen=True)
class Replayed:
    folder: Path
    printed: str
    report: dict[str, Any]


def replay_to(folder: Path, video: Path, **options: Any) -> Replayed:
    out = StringIO()
    call_command("replay", str(video), out=str(folder), stdout=out, stderr=StringIO(), **options)
    return Replayed(folder, out.getvalue(), json.loads((folder / "report.json").read_text()))


@pytest.fixture(scope="module", autouse=True)
def models(models_dir: Path) -> Iterator[None]:
    with override_settings(MODELS_DIR=models_dir):
        yield


@pytest.fixture(scope="module")
def story(models: None, data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Replayed:
    return replay_to(tmp_path_factory.mktemp("story"), data_dir / "scenarios" / "exam_story.mp4")


def spans(report: dict[str, Any], rule: str) -> list[tuple[int, int]]:
    return [
        (entry["since_ms"], entry["since_ms"] + entry["duration_ms"])
        for entry in report["timeline"]
        if entry["event_type"] == rule
    ]


@pytest.mark.parametrize(
    ("rule", "start_ms", "end_ms"),
    [
        ("NO_FACE", 14_000, 22_000),
        ("MULTIPLE_FACES", 22_000, 31_000),
        ("SPEECH", 31_000, 53_000),
        ("SPEECH_LONG", 31_000, 53_000),
    ],
)
def test_the_story_has_one_such_episode(story: Replayed, rule: str, start_ms: int, end_ms: int) -> None:
    assert len(spans(story.report, rule)) == 1
    [(since_ms, until_ms)] = spans(story.report, rule)
    assert abs(since_ms - start_ms) <= STARTS_WITHIN_MS
    assert abs(until_ms - end_ms) <= ENDS_WITHIN_MS


def test_the_story_has_a_head_turned_away(story: Replayed) -> None:
    within = [span for span in spans(story.report, "LOOKING_AWAY") if span[0] >= 43_000 and span[1] <= 53_500]
    assert len(within) >= 1


def test_nobody_is_flagged_for_sitting_there(story: Replayed) -> None:
    quiet = [(0, 14_000), (31_000 + ENDS_WITHIN_MS, 43_000), (53_000 + ENDS_WITHIN_MS, 65_000)]
    begun = [entry["since_ms"] for entry in story.report["timeline"]]
    assert [since for since in begun if any(start <= since < end for start, end in quiet)] == []


def test_twice_gives_the_same_digest_and_files(story: Replayed, data_dir: Path, tmp_path: Path) -> None:
    again = replay_to(tmp_path, data_dir / "scenarios" / "exam_story.mp4")
    assert again.report["digests"] == story.report["digests"]
    names = sorted(str(path.relative_to(story.folder)) for path in story.folder.rglob("*") if path.is_file())
    assert {"events.csv", "log.jsonl", "report.json", "report.pdf"} < set(names)
    for name in names:
        assert (again.folder / name).read_bytes() == (story.folder / name).read_bytes(), name


def test_the_log_replays_to_the_same_digest(story: Replayed) -> None:
    out = StringIO()
    call_command("risk", str(story.folder / "log.jsonl"), policy="default", stdout=out)
    assert json.loads(out.getvalue())["digest"] == story.report["digests"]["result"]


def test_the_files_agree_with_each_other(story: Replayed) -> None:
    with (story.folder / "events.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    timeline = story.report["timeline"]
    assert [row["event"] for row in rows] == [entry["event_type"] for entry in timeline]
    assert [row["snapshot_url"] for row in rows] == [entry["snapshot_url"] or "" for entry in timeline]
    shown = [entry for entry in timeline if not entry["event_type"].startswith("SPEECH")]
    assert [entry for entry in shown if entry["snapshot_url"] is None] == []
    for entry in shown:
        with Image.open(story.folder / entry["snapshot_url"]) as picture:
            assert (picture.format, picture.size) == ("JPEG", (640, 480))
    text = "".join(
        page.extract_text() for page in PdfReader(BytesIO((story.folder / "report.pdf").read_bytes())).pages
    )
    assert all(entry["event_type"] in text for entry in timeline)
    assert story.report["digests"]["result"] in text


def test_the_flags_and_the_digest_are_printed(story: Replayed) -> None:
    lines = story.printed.splitlines()
    assert lines[0].split() == ["from", "to", "severity", "rule", "points", "what"]
    assert lines[1].split()[:4] == ["00:00:14", "00:00:22", "warning", "NO_FACE"]
    assert lines[-1] == f"digest {story.report['digests']['result']}"
    assert f"integrity score {story.report['summary']['integrity_score']:g}, PASS_WITH_REVIEW" in lines[-2]


def test_stale_snapshots_go_and_other_files_stay(story: Replayed, data_dir: Path, tmp_path: Path) -> None:
    snapshots = tmp_path / "snapshots"
    snapshots.mkdir()
    (snapshots / "999999.jpg").write_bytes(b"old")
    (snapshots / "holiday.jpg").write_bytes(b"mine")
    replay_to(tmp_path, data_dir / "scenarios" / "exam_story.mp4", fps=1.0)
    left = {path.name for path in snapshots.iterdir()}
    assert "holiday.jpg" in left
    assert "999999.jpg" not in left


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"policy": "no-such-policy"}, "no-such-policy"),
        ({"fps": 0.0}, "frames per second"),
        ({"fps": float("nan")}, "frames per second"),
        ({"fps": 1000.0}, "frames per second"),
        ({}, "notes.mp4"),
    ],
)
def test_what_cannot_be_used_is_told_in_a_line(tmp_path: Path, options: dict[str, Any], words: str) -> None:
    video = tmp_path / "notes.mp4"
    video.write_text("this is no video")
    with pytest.raises(CommandError, match=words) as refused:
        call_command("replay", str(video), out=str(tmp_path / "out"), **options)
    assert "\n" not in str(refused.value)
    assert not (tmp_path / "out").exists()


def test_a_broken_policy_file_names_the_wrong_key(tmp_path: Path) -> None:
    policy = tmp_path / "policy.json"
    policy.write_text('{"name": "x", "rulez": []}')
    with pytest.raises(CommandError, match="rulez"):
        call_command("replay", str(tmp_path / "video.mp4"), policy=str(policy))


def test_a_missing_file_ends_with_one_line_and_status_1(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "replay", str(tmp_path / "gone.mp4")],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings.base", "VAR_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    lines = [line for line in done.stderr.splitlines() if line]
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(lines) == 1
    assert "there is no such file" in lines[0]
