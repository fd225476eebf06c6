"""Gaze on labelled pictures: found eyes, turns between two looks, and the reasons why no more is measured."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from analysis.baseline import Baseline
from analysis.detectors.base import Image, Mesh
from analysis.detectors.iris import EyePoints, Irises
from analysis.evaluation.findings import Section
from analysis.evaluation.looking import measure_gaze
from analysis.evaluation.manifest import read_manifest
from analysis.frames import Frame
from analysis.pipeline import Landmarked, Pipeline
from tests.analysis.evaluation.folders import face, folder, seen

EYE_PX = 30.0
FIT = (
    "the error of a fit: pictures: {}, people: 1, of one person at most {} (anna); a fit needs 9 looks of "
    "one person at known points, and more to be tested on"
)
OFF = (
    "how often looking off the screen is found, or found wrongly: no recording here says where somebody "
    "looked while working at a screen"
)


class Looks:
    """Answers each picture with the next place of the irises; None is nobody."""

    def __init__(self, *places: tuple[float, float] | None) -> None:
        self._left = list(places)
        self._now = (0.0, 0.0)

    def observe_landmarks(self, frame: Frame, baseline: Baseline | None = None) -> Landmarked:
        place = self._left.pop(0)
        if place is None:
            return Landmarked(seen(), None)
        self._now = place
        return Landmarked(seen(face(ear=0.3)), Mesh(np.zeros((468, 3)), 1.0))

    def find(self, image: Image, mesh: Mesh) -> tuple[EyePoints, EyePoints]:
        right, left = np.zeros((16, 2)), np.zeros((16, 2))
        right[8] = left[0] = (EYE_PX, 0.0)
        u, v = self._now
        iris = np.array([[EYE_PX * (0.5 + u), EYE_PX * v]] * 5)
        return EyePoints(iris, right), EyePoints(iris, left)


def measured(tmp_path: Path, labels: list[str], looks: Looks) -> Section:
    manifest = folder(
        tmp_path, [(f"{place}.png", "gaze_onscreen", f'"{label}"') for place, label in enumerate(labels)]
    )
    section = measure_gaze(manifest, looks, looks)
    assert section is not None
    return section


def test_irises_that_go_with_the_point_and_a_hint_that_does_not_always(tmp_path: Path) -> None:
    middle, left, below = (
        f"onscreen_px={x},{y} of 1000x1000" for x, y in [(500, 500), (0, 500), (500, 1000)]
    )
    section = measured(tmp_path, [middle, left, below], Looks((0.0, 0.0), (0.2, 0.0), (0.0, 0.05)))
    found, turned = section.tables
    assert found.rows == (("gaze_onscreen", "3 of 3, 100.0 % (43.9 to 100.0)"),)
    assert turned.rows == (
        ("to a side", "2 of 2, 100.0 % (34.2 to 100.0)", "2 of 2, 100.0 % (34.2 to 100.0)"),
        ("up or down", "2 of 2, 100.0 % (34.2 to 100.0)", "0 of 2, 0.0 % (0.0 to 65.8)"),
    )
    assert (section.wrong, section.unmeasured) == ((), (FIT.format(3, 3), OFF))


def test_irises_that_go_the_other_way_and_eyes_that_are_not_found(tmp_path: Path) -> None:
    middle, right = (f"onscreen_px={x},500 of 1000x1000" for x in (500, 1000))
    section = measured(
        tmp_path, [middle, right, "nothing", right], Looks((0.0, 0.0), (0.2, 0.0), (0.0, 0.0), None)
    )
    assert section.tables[0].rows == (("gaze_onscreen", "3 of 4, 75.0 % (30.1 to 95.4)"),)
    assert section.tables[1].rows == (
        ("to a side", "0 of 1, 0.0 % (0.0 to 79.3)", "0 of 1, 0.0 % (0.0 to 79.3)"),
    )
    assert section.wrong == ("3.png: no eyes were found",)


def test_a_picture_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    manifest = folder(tmp_path, [("a.png", "gaze_direction", "gaze=down")])
    (tmp_path / "a.png").write_bytes(b"no picture")
    section = measure_gaze(manifest, Looks(), Looks())
    assert section is not None
    assert section.tables == ()
    assert section.unmeasured[-1] == "a.png: this is not a picture that can be read"


def test_without_gaze_there_is_nothing_to_say(tmp_path: Path) -> None:
    assert measure_gaze(folder(tmp_path, [("a.png", "identity", "x")]), Looks(), Looks()) is None


def test_the_labelled_pictures_hold_one_turn_of_one_person(data_dir: Path, pipeline: Pipeline) -> None:
    irises = Irises()
    irises.load(None, 1)
    section = measure_gaze(read_manifest(data_dir), pipeline, irises)
    assert section is not None
    found, turned = section.tables
    assert [row[0] for row in found.rows] == ["gaze_onscreen", "gaze_direction"]
    assert [row[1] for row in turned.rows] == ["1 of 1, 100.0 % (20.7 to 100.0)"] * 2
