"""Phones against labels: found, missed, invented, and in their place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from analysis.detectors.base import Image
from analysis.detectors.objects import OpenVinoObjects
from analysis.evaluation.findings import rate
from analysis.evaluation.manifest import read_manifest
from analysis.evaluation.statistics import Rate
from analysis.evaluation.things import measure_things
from analysis.objects import Found
from analysis.observations import Box
from tests.analysis.evaluation.folders import folder


class Finds:
    """Finds a phone of the next score at 40, 30 in the whole picture; 0 is none."""

    def __init__(self, *scores: float) -> None:
        self._left = list(scores)

    def detect(self, images: Sequence[Image]) -> list[list[Found]]:
        score = self._left.pop(0)
        whole = [Found("phone", Box(40.0, 30.0, 20.0, 20.0), score)] if score else []
        return [whole, *[[] for _ in images[1:]]]


def test_found_missed_invented_and_in_place(tmp_path: Path) -> None:
    manifest = folder(
        tmp_path,
        [
            ("a.png", "phone", "phone=1 phone_center_xy_norm=0.3125;0.33"),
            ("b.png", "phone", "phone=1"),
            ("c.png", "phone", "phone=1"),
            ("d.png", "identity", "faces=1"),
            ("e.png", "identity", "faces=1"),
        ],
    )
    placed = replace(manifest.files[0], label="phone=1 phone_center_xy_norm=0.3125,0.33")
    manifest = replace(manifest, files=(placed, *manifest.files[1:]))
    section = measure_things(manifest, Finds(0.6, 0.3, 0.0, 0.4, 0.0))
    assert section is not None
    assert section.tables[0].rows == (
        ("phone, with a phone", rate(Rate(2, 3)), rate(Rate(1, 3))),
        ("identity, without", rate(Rate(1, 2)), rate(Rate(0, 2))),
    )
    assert section.notes[1] == f"Of the phones found, in their labelled place: {rate(Rate(1, 1))}."
    assert section.wrong == ("c.png: the phone was missed", "d.png: a phone was invented")


def test_without_labels_there_is_nothing_to_say(tmp_path: Path) -> None:
    assert measure_things(folder(tmp_path, [("a.png", "identity", "faces=1")]), Finds()) is None


@pytest.mark.slow
def test_real_phones(data_dir: Path, models_dir: Path) -> None:
    """Small phones on a floor are mostly missed: the figures say so, and what is found is in its place."""
    detector = OpenVinoObjects()
    detector.load(models_dir, 1)
    manifest = read_manifest(data_dir)
    section = measure_things(replace(manifest, files=manifest.of_kind("phone", "skin_tone")), detector)
    assert section is not None
    assert section.tables[0].rows[0][1] == rate(Rate(5, 18))
    assert section.tables[0].rows[1][1] == rate(Rate(0, 3))
    assert section.notes[1] == f"Of the phones found, in their labelled place: {rate(Rate(5, 5))}."
