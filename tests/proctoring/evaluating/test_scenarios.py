"""A script against flags: found, late, missed, told for nothing, and not judged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from analysis.evaluation.manifest import ManifestRefused
from analysis.risk.library import load_policy
from proctoring import footage as recordings
from proctoring.evaluating.scenarios import Expected, judge, measure_scenarios, read_script
from tests.proctoring.evaluating.told import flag, footage, record

STORY = {
    "file": "story.mp4",
    "video": [
        {"from_s": 0, "to_s": 10, "faces": 1, "person": "A"},
        {"from_s": 10, "to_s": 20, "faces": 0, "person": None},
        {"from_s": 20, "to_s": 30, "faces": 2, "person": "A and B"},
        {"from_s": 30, "to_s": 40, "faces": 1, "person": "B"},
        {"from_s": 40, "to_s": 45, "faces": 0, "person": None},
    ],
    "audio": [
        {"from_s": 5, "to_s": 7.5, "speech": True},
        {"from_s": 7.5, "to_s": 9, "speech": True, "speakers": 2},
        {"from_s": 9, "to_s": 45, "speech": False},
    ],
}
RULES = frozenset({"NO_FACE", "MULTIPLE_FACES", "SPEECH", "SECOND_VOICE"})


def written(folder: Path, story: Any) -> Path:
    path = folder / "scenarios" / "story.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(story), encoding="utf-8")
    return path


def test_a_script_announces_its_episodes(tmp_path: Path) -> None:
    script = read_script(written(tmp_path, STORY))
    assert (script.name, script.video) == ("story.mp4", tmp_path / "scenarios" / "story.mp4")
    assert script.expected == (
        Expected("NO_FACE", 10_000, 20_000),
        Expected("NO_FACE", 40_000, 45_000),
        Expected("MULTIPLE_FACES", 20_000, 30_000),
        Expected("SOMEBODY_ELSE", 30_000, 40_000),
        Expected("SPEECH", 5_000, 9_000),
        Expected("SECOND_VOICE", 7_500, 9_000),
    )


def test_found_missed_and_told_for_nothing(tmp_path: Path) -> None:
    script = read_script(written(tmp_path, STORY))
    first = flag("NO_FACE", 10_500, 13_500, 20_500)
    wrong = flag("MULTIPLE_FACES", 2_000, 4_000, 6_000)
    away = flag("LOOKING_AWAY", 31_000, 34_000, None)
    seen = footage([record("video", 1, 0, {"face_count": 1})], [wrong, first, away], 45_000)
    judged = judge(script, seen, RULES)
    assert [(one.expected.rule, one.flag, one.late_ms) for one in judged.told] == [
        ("NO_FACE", first, 3_500),
        ("NO_FACE", None, None),
        ("MULTIPLE_FACES", None, None),
    ]
    assert judged.wrong == (
        "story.mp4: NO_FACE from 40.0 s to 45.0 s was missed",
        "story.mp4: MULTIPLE_FACES from 20.0 s to 30.0 s was missed",
        "story.mp4: MULTIPLE_FACES at 4.0 s told what did not happen",
    )
    assert judged.others == ("LOOKING_AWAY",)
    assert judged.unmeasured == (
        "SOMEBODY_ELSE: the policy has no such rule",
        "SPEECH: no detector said speech in the audio stream",
        "SECOND_VOICE: no detector said second_voice in the audio stream",
    )


@pytest.mark.parametrize(("since_ms", "end_ms", "found"), [(8_001, 9_001, True), (8_001, 9_000, False)])
def test_a_flag_may_be_a_second_off(tmp_path: Path, since_ms: int, end_ms: int, found: bool) -> None:
    script = read_script(written(tmp_path, STORY))
    seen = footage(
        [record("video", 1, 0, {"face_count": 0})], [flag("NO_FACE", since_ms, 8_500, end_ms)], 45_000
    )
    assert (judge(script, seen, RULES).told[0].flag is not None) is found


@pytest.mark.parametrize(
    "story", [{}, [], {"file": "a.mp4", "video": [{"faces": 1}]}, {"file": 3, "video": None}, "story"]
)
def test_what_is_no_script_is_refused(tmp_path: Path, story: Any) -> None:
    with pytest.raises(ManifestRefused) as refused:
        read_script(written(tmp_path, story))
    assert str(refused.value) == "scenarios/story.json: this is no script of a recording"


def test_a_script_stays_in_its_folder(tmp_path: Path) -> None:
    with pytest.raises(ManifestRefused, match=r"'\.\./a\.mp4' is no file beside the script"):
        read_script(written(tmp_path, {**STORY, "file": "../a.mp4"}))


def test_a_recording_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    written(tmp_path, STORY)
    pipeline = recordings.load_pipeline(tmp_path)
    policy = load_policy("default")

    def watch(video: Path) -> recordings.Footage:
        return recordings.watch(video, policy, fps=2.0, session_id="evaluation", pipeline=pipeline)

    section = measure_scenarios(tmp_path, policy, watch)
    assert section is not None
    assert (section.tables, section.wrong) == ((), ())
    assert section.unmeasured == ("story.mp4: there is no such file",)
    (tmp_path / "scenarios" / "story.mp4").write_bytes(b"no video")
    section = measure_scenarios(tmp_path, policy, watch)
    assert section is not None
    assert section.unmeasured == ("story.mp4: this is not a video that can be read",)


def test_without_scripts_there_is_nothing_to_say(tmp_path: Path) -> None:
    assert measure_scenarios(tmp_path, load_policy("default"), lambda _: footage([], [], 0)) is None
