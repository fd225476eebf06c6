"""The objects inspector on pictures: what the desk holds is remembered, what comes later is told."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from analysis.detectors.base import DetectorMissing
from analysis.frames import Frame
from analysis.objects import Found, Image
from analysis.observations import Box
from analysis.tracking import Tracks
from proctoring import inspecting_objects
from proctoring.inspecting import Inspected, Inspection
from proctoring.inspecting_objects import objects
from tests.proctoring.fakes import seen

BOOK = Found("book", Box(10, 60, 40, 20), 0.8)
PHONE = Found("phone", Box(90, 70, 20, 30), 0.7)


class Desk:
    """A detector that sees what lies on the desk."""

    key = "objects"
    lies: ClassVar[list[Found]] = []
    pictures: ClassVar[list[int]] = []

    def load(self, models_dir: Path | None, threads: int) -> None:
        pass

    def detect(self, images: Sequence[Image]) -> list[list[Found]]:
        self.pictures.append(len(images))
        return [list(self.lies), *([] for _ in images[1:])]


class Absent(Desk):
    def load(self, models_dir: Path | None, threads: int) -> None:
        raise DetectorMissing("there is no model here")


@pytest.fixture(autouse=True)
def desk(settings: Any) -> None:
    settings.OBJECT_DETECTOR = "tests.proctoring.test_inspecting_objects.Desk"
    Desk.lies, Desk.pictures = [BOOK], []


def look(t_ms: int, *, checking: bool = False, memory: Any = None, pitch_deg: float = 0.0) -> Inspected:
    frame = Frame.of(np.zeros((120, 160, 3), np.uint8))
    alone = seen(1)
    alone = replace(alone, faces=(replace(alone.faces[0], pitch_deg=pitch_deg),))
    inspection = Inspection(
        session_id=None, seq=1 + t_ms // 1000, t_ms=t_ms, frame=frame, seen=alone, checking=checking
    )
    return objects(inspection, memory)


def test_what_the_camera_check_showed_is_left_out_and_what_comes_is_told() -> None:
    checked = look(0, checking=True)
    assert (checked.signals, checked.memory) == ({}, Tracks(desk=(BOOK,)))
    Desk.lies = [BOOK, PHONE]
    told, memory = [], checked.memory
    for t_ms in (0, 2000, 4000):
        inspected = look(t_ms, memory=memory)
        memory = inspected.memory
        told.append((inspected.signals["phone"], inspected.signals["book"], inspected.pursue))
    assert told == [(False, False, True), (False, False, True), (True, False, False)]


def test_the_desk_is_looked_at_closely_with_a_reason() -> None:
    Desk.lies = []
    look(0, checking=True)
    quiet = look(0)
    look(5000, memory=quiet.memory, pitch_deg=-30.0)
    Desk.lies = [PHONE]
    noticed = look(10_000, memory=quiet.memory)
    look(12_000, memory=noticed.memory)
    assert Desk.pictures == [3, 1, 3, 1, 3]


def test_several_candidates_are_looked_at_at_once_with_what_each_desk_held() -> None:
    frame = Frame.of(np.zeros((120, 160, 3), np.uint8))
    one = Inspection(session_id=None, seq=1, t_ms=0, frame=frame, seen=seen(1))
    Desk.lies = [BOOK]
    other = replace(one, frame=Frame.of(np.zeros((60, 80, 3), np.uint8)))
    first, second = objects.together([(one, Tracks(desk=(BOOK,))), (other, None)])
    assert Desk.pictures == [2]
    assert (first.pursue, second.pursue) == (False, False)
    assert (first.memory.desk, second.memory.desk) == ((BOOK,), ())


def test_without_its_model_it_says_nothing(settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    settings.OBJECT_DETECTOR = "tests.proctoring.test_inspecting_objects.Absent"
    inspecting_objects._detector.cache_clear()
    assert [look(0), look(5000)] == [Inspected(), Inspected()]
    assert [record.getMessage() for record in caplog.records] == [
        "phones, books, screens and people are not looked for: there is no model here"
    ]
