"""The inspector of identity: unknown without a template, three clear strangers, and recordings."""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from analysis.frames import Frame
from analysis.identity import Recognition
from proctoring.inspecting import Inspected, Inspection
from proctoring.inspecting_identity import UNKNOWN, Remembered, identity
from proctoring.services.templates import keep_template
from tests.analysis.people import template
from tests.proctoring.faces import EMBEDDER, STAGED
from tests.proctoring.fakes import seen
from tests.proctoring.sittings import make_sitting

pytestmark = pytest.mark.django_db
FRAME = Frame.of(np.zeros((120, 160, 3), np.uint8))


@pytest.fixture(autouse=True)
def staged(settings: Any) -> Iterator[None]:
    settings.FACE_EMBEDDER = EMBEDDER
    yield
    STAGED.likeness = 1.0


def inspection(
    session_id: uuid.UUID | None, second: int, *, faces: int = 1, yaw_deg: float = 0.0, checking: bool = False
) -> Inspection:
    return Inspection(
        session_id=session_id,
        seq=second + 1,
        t_ms=1000 * second,
        frame=FRAME,
        seen=seen(faces, yaw_deg=yaw_deg),
        checking=checking,
    )


def said(likeness: list[float | None], session_id: uuid.UUID | None) -> tuple[list[Inspected], Remembered]:
    memory, heard = None, []
    for second, each in enumerate(likeness):
        STAGED.likeness = each
        heard.append(identity(inspection(session_id, second), memory))
        memory = heard[-1].memory
    return heard, memory


@pytest.mark.usefixtures("scope")
def test_without_a_template_nothing_is_known() -> None:
    assert identity(inspection(make_sitting().id, 0), None) == UNKNOWN


@pytest.mark.usefixtures("scope")
def test_three_clear_strangers_are_a_mismatch_and_the_candidate_ends_it() -> None:
    session = make_sitting()
    keep_template(session=session, template=template())
    heard, _memory = said([0.9, 0.1, None, 0.2, 0.1, 0.8], session.id)
    assert [(each.signals["identity_score"], each.signals["identity_mismatch"]) for each in heard] == [
        (0.9, False),
        (0.1, False),
        (None, False),
        (0.2, False),
        (0.1, True),
        (0.8, False),
    ]
    assert [each.signals["identity_unlike"] for each in heard] == [False, True, None, True, True, False]
    assert [each.signals["identity_distance"] for each in heard] == [0.1, 0.9, None, 0.8, 0.9, 0.2]
    assert [each.pursue for each in heard] == [False, True, True, True, True, False]


@pytest.mark.usefixtures("scope")
def test_what_a_live_session_remembers_holds_no_face() -> None:
    session = make_sitting()
    keep_template(session=session, template=template())
    _heard, memory = said([0.9], session.id)
    assert memory == Remembered(Recognition(((0, 0.9),)))
    assert (memory.template, memory.enrolment) == (None, None)


@pytest.mark.usefixtures("scope")
@pytest.mark.parametrize("faces", [0, 2])
def test_nobody_and_several_are_nobodys_face(faces: int) -> None:
    session = make_sitting()
    keep_template(session=session, template=template())
    _heard, memory = said([0.1, 0.1, 0.1], session.id)
    told = identity(inspection(session.id, 3, faces=faces), memory)
    assert (told.signals, told.pursue) == (UNKNOWN.signals, False)
    assert told.memory == memory


@pytest.mark.usefixtures("scope")
def test_a_head_that_is_turned_far_is_unknown() -> None:
    session = make_sitting()
    keep_template(session=session, template=template())
    told = identity(inspection(session.id, 0, yaw_deg=44.0), None)
    assert (told.signals, told.pursue) == ({**UNKNOWN.signals, "identity_unlike": False}, True)


def test_a_recording_is_compared_with_its_own_first_good_frames() -> None:
    heard, memory = said([None, *[1.0] * 5, 0.9, 0.1, 0.1, 0.1], None)
    assert [each.pursue for each in heard[:6]] == [False, True, True, True, True, False]
    assert [each.signals for each in heard[:6]] == [UNKNOWN.signals] * 6
    assert [each.signals["identity_mismatch"] for each in heard[6:]] == [False, False, False, True]
    assert memory.template is not None


def test_the_camera_check_and_a_missing_network_say_nothing(settings: Any) -> None:
    assert identity(inspection(uuid.uuid4(), 0, checking=True), "kept") == Inspected(memory="kept")
    settings.FACE_EMBEDDER = "tests.proctoring.faces.no_embedder"
    assert identity(inspection(uuid.uuid4(), 0), "kept") == Inspected(memory="kept")


@pytest.mark.usefixtures("scope")
def test_a_face_on_a_poster_hides_nobody() -> None:
    session = make_sitting()
    keep_template(session=session, template=template())
    two = inspection(session.id, 0, faces=2)
    assert identity(two, None).signals == UNKNOWN.signals
    poster = replace(two.seen.faces[1], static=True)
    beside = replace(two, seen=replace(two.seen, faces=(two.seen.faces[0], poster)))
    assert identity(beside, None).signals["identity_score"] == 1.0
    alone = replace(two, seen=replace(two.seen, faces=(poster,), face_count=1))
    assert identity(alone, None).signals == UNKNOWN.signals
