"""Closed eyes against the person's own open ones, where pictures are labelled so."""

from __future__ import annotations

from pathlib import Path

from analysis.evaluation.lids import measure_lids
from tests.analysis.evaluation.folders import Answers, face, folder, seen


def test_what_is_not_labelled_is_said(tmp_path: Path) -> None:
    section = measure_lids(folder(tmp_path, [("a.png", "alone", "faces=1")]), Answers())
    assert section.tables == ()
    assert section.unmeasured == ("no picture is labelled eyes=open", "no picture is labelled eyes=closed")


def test_own_eyes_beside_a_fixed_limit(tmp_path: Path) -> None:
    """A person with narrow eyes: the fixed limit calls the open eyes closed too."""
    manifest = folder(
        tmp_path,
        [
            ("shut.png", "eyes", "eyes=closed"),
            ("check.png", "eyes", "eyes=open"),
            ("open.png", "eyes", "eyes=open"),
        ],
    )
    looks = Answers(
        seen(face(ear=0.17, mesh_ear=0.17)),
        seen(face(ear=0.16)),
        seen(face(eye_closure=0.1)),
        seen(face(ear=0.07)),
        seen(face(eye_closure=0.95)),
    )
    section = measure_lids(manifest, looks)
    assert section.tables[0].rows == (
        ("own open eye", "open", "1", "0", "0"),
        ("own open eye", "closed", "0", "1", "0"),
        ("fixed limit 0.18", "open", "0", "1", "0"),
        ("fixed limit 0.18", "closed", "0", "1", "0"),
    )
    assert section.notes == (
        "Right 2 of 2, 100.0 % (34.2 to 100.0). An open eye's ratio tops a closed one's in 1.000 of pairs.",
    )
    assert (section.wrong, section.unmeasured) == ((), ())


def test_a_person_without_an_open_picture_stays_unknown(tmp_path: Path) -> None:
    manifest = folder(tmp_path, [("shut.png", "eyes", "eyes=closed")])
    section = measure_lids(manifest, Answers(seen(face(ear=0.07))))
    assert section.tables[0].rows[0] == ("own open eye", "closed", "0", "0", "1")
    assert section.wrong == ("shut.png: closed, answered unknown",)
