"""Pairs of pictures: genuine and impostor scores, decisions, and real people."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analysis.detectors.base import Image
from analysis.detectors.embedding import DIMENSIONS, Embedding, FaceEmbeddings
from analysis.evaluation.findings import rate
from analysis.evaluation.manifest import Manifest, read_manifest
from analysis.evaluation.recognising import measure_identity
from analysis.evaluation.statistics import Rate
from analysis.observations import Box
from analysis.pipeline import Pipeline
from tests.analysis.evaluation.folders import Answers, face, folder, seen


class Angles:
    """Embeds each next face at the next angle of a plane, so that cosines are known; `None` finds no face."""

    def __init__(self, *degrees: float | None) -> None:
        self._left = list(degrees)

    def embed(self, image: Image, box: Box) -> Embedding | None:
        angle = self._left.pop(0)
        if angle is None:
            return None
        vector = np.zeros(DIMENSIONS, np.float32)
        vector[:2] = np.cos(np.radians(angle)), np.sin(np.radians(angle))
        return Embedding(vector, eyes_px=80.0, sharpness=90.0)


def people(path: Path, subjects: str) -> Manifest:
    manifest = folder(path, [(f"{index}.png", "identity", "faces=1") for index in range(len(subjects))])
    lines = ["file,kind,label,subject"]
    lines += [
        f"{file.name},identity,faces=1,{who}" for file, who in zip(manifest.files, subjects, strict=True)
    ]
    (path / "MANIFEST.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read_manifest(path)


def test_every_pair_is_decided(tmp_path: Path) -> None:
    """a: 0 and 80 degrees apart (0.17, called another); b at 20 (0.94 and 0.50, taken for a)."""
    section = measure_identity(
        people(tmp_path, "aabab"), Answers(*[seen(face())] * 4, seen()), Angles(0.0, 80.0, 20.0, None)
    )
    assert section is not None
    trusted, everything = section.tables[0].rows
    assert everything == ("all", rate(Rate(1, 1)), rate(Rate(1, 1)), rate(Rate(2, 2)))
    assert trusted == ("trusted by an exam", *everything[1:])
    assert section.tables[1].rows == (
        ("same person", "1", "0.17", "0.17", "0.17"),
        ("another person", "2", "0.50", "0.72", "0.94"),
    )
    assert section.wrong == (
        "0.png and 1.png: the same person, 0.17",
        "0.png and 2.png: two people, 0.94",
        "1.png and 2.png: two people, 0.50",
    )
    assert section.unmeasured[:2] == (
        "3.png: no single face to compare",
        "4.png: no single face to compare",
    )


def test_a_doubtful_look_decides_nothing(tmp_path: Path) -> None:
    section = measure_identity(
        people(tmp_path, "ab"), Answers(seen(face()), seen(face(44.0))), Angles(0.0, 0.0)
    )
    assert section is not None
    assert section.tables[0].rows[0] == ("trusted by an exam", "-", "-", "-")
    assert section.wrong == ()


def test_one_picture_is_no_pair(tmp_path: Path) -> None:
    assert measure_identity(people(tmp_path, "a"), Answers(seen(face())), Angles(0.0)) is None


@pytest.mark.slow
def test_real_people(pipeline: Pipeline, data_dir: Path, models_dir: Path) -> None:
    embedder = FaceEmbeddings()
    embedder.load(models_dir, 1)
    section = measure_identity(read_manifest(data_dir), pipeline, embedder)
    assert section is not None
    everything = section.tables[0].rows[1]
    assert everything == ("all", rate(Rate(0, 97)), rate(Rate(0, 97)), rate(Rate(0, 938)))
    assert section.wrong == ()
