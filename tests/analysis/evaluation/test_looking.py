"""Gaze is not measured, and the reason names how few looks there are."""

from __future__ import annotations

from pathlib import Path

from analysis.evaluation.looking import measure_gaze
from tests.analysis.evaluation.folders import folder


def test_the_reason_counts_pictures_and_people(tmp_path: Path) -> None:
    manifest = folder(
        tmp_path,
        [
            ("a.png", "gaze_direction", "gaze=down"),
            ("b.png", "gaze_onscreen", "x"),
            ("c.png", "identity", "x"),
        ],
    )
    section = measure_gaze(manifest)
    assert section is not None
    assert (section.tables, section.wrong) == ((), ())
    assert section.unmeasured == (
        "pictures: 2, people: 1, of one person at most 2 (anna); following eyes needs 9 looks of one person "
        "at known points, and more to be tested on",
        "no detector of gaze runs in an exam: looking away is told from the head alone",
    )


def test_without_gaze_there_is_nothing_to_say(tmp_path: Path) -> None:
    assert measure_gaze(folder(tmp_path, [("a.png", "identity", "x")])) is None
