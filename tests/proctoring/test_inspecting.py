"""Some recorded frames get a slow look: by the exam's inspectors, once each, one at a time."""

from typing import Any

import numpy as np
import pytest

from analysis.frames import Frame
from analysis.observations import Scalar
from exams.models import Exam, Session
from exams.states import SessionState
from proctoring import inspecting, parking, services
from proctoring.inspecting import Inspected, Inspection, Memory
from proctoring.models import Observation
from proctoring.services import recording
from proctoring.tasks import analyse_frame, inspect_frame
from tests.factories import make_exam
from tests.proctoring.fakes import picture_of, seen
from tests.proctoring.sittings import make_checking, make_sitting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope", "fake_observer")]

ALONE: dict[str, Scalar] = {"face_count": 1}


def counting(inspection: Inspection, memory: Any) -> Inspected:
    """Says how often it was asked, and whether that was during the camera check."""
    looks = (memory or 0) + 1
    return Inspected({"looks": looks, "faces": inspection.seen.face_count}, looks, pursue=looks == 1)


def broken(inspection: Inspection, memory: Any) -> Inspected:
    raise RuntimeError("this inspector is broken")


def switched_off(inspection: Inspection, memory: Any) -> Inspected:
    return Inspected()


@pytest.fixture
def inspectors(settings: Any) -> None:
    settings.INSPECTORS = {"require_full_screen": "tests.proctoring.test_inspecting.counting"}


def watched_exam(**options: Any) -> Exam:
    return make_exam(require_full_screen=True, **options)


def send(session: Session, seq: int, t_ms: int, faces: int = 1) -> None:
    parking.park(session.id, seq, picture_of(faces))
    analyse_frame.delay(str(session.id), seq, t_ms, "nobody")


def objects() -> list[dict[str, Any]]:
    return list(Observation.objects.filter(stream="objects").order_by("seq").values_list("record", flat=True))


@pytest.mark.usefixtures("inspectors")
def test_frames_are_inspected_on_time_and_under_their_own_number() -> None:
    session = make_sitting(watched_exam(), minutes_ago=0)
    for step in range(9):
        send(session, step + 1, step * 500)
    assert objects() == [
        {"stream": "objects", "seq": 1, "t": 0, "v": {"looks": 1, "faces": 1}},
        {"stream": "objects", "seq": 3, "t": 1000, "v": {"looks": 2, "faces": 1}},
    ]
    assert Observation.objects.filter(stream="video").count() == 9


@pytest.mark.usefixtures("inspectors")
@pytest.mark.parametrize("options", [{}, {"require_full_screen": True, "watch_webcam": False}])
def test_what_is_switched_off_is_not_computed(options: dict[str, bool]) -> None:
    session = make_sitting(make_exam(**options))
    assert inspecting.switched_on(session.exam) == []
    assert inspecting.claim(session, 0, ALONE) is False


@pytest.mark.usefixtures("inspectors")
def test_one_look_at_a_time() -> None:
    session = make_sitting(watched_exam())
    assert inspecting.claim(session, 0, ALONE) is True
    assert inspecting.claim(session, 6000, ALONE) is False
    inspecting.release(session.id)
    assert inspecting.claim(session, 7000, ALONE) is True


@pytest.mark.usefixtures("inspectors")
def test_a_frame_that_was_forgotten_meanwhile_gives_no_record_and_frees_the_way() -> None:
    session = make_sitting(watched_exam())
    assert inspecting.claim(session, 0, ALONE) is True
    inspect_frame.delay(str(session.id), 1, 0, parking.key_of(session.id, 1))
    assert objects() == []
    assert inspecting.claim(session, 6000, ALONE) is True


@pytest.mark.usefixtures("inspectors")
def test_during_the_camera_check_inspectors_remember_and_nothing_is_kept() -> None:
    session = make_checking(watched_exam())
    send(session, 1, 0)
    assert (objects(), parking.find(session.id, 1)) == ([], None)
    services.start_session(session=session, device_info={}, without_baseline=True)
    send(session, 2, 2000)
    assert [record["v"]["looks"] for record in objects()] == [2]


@pytest.mark.usefixtures("inspectors")
def test_a_frame_of_the_camera_check_is_none_of_the_exam_that_began_meanwhile() -> None:
    session = make_checking(watched_exam())
    parking.park(session.id, 1, picture_of(1))
    services.start_session(session=session, device_info={}, without_baseline=True)
    inspect_frame.delay(str(session.id), 1, 0, parking.key_of(session.id, 1), True)
    assert (objects(), parking.find(session.id, 1)) == ([], None)
    assert inspecting.memory_of(session.id).by_switch == {"require_full_screen": 1}


def test_inspectors_fail_alone() -> None:
    frame = Frame.of(np.zeros((120, 160, 3), np.uint8))
    inspection = Inspection(session_id=None, seq=1, t_ms=0, frame=frame, seen=seen(1))
    memory = Memory({"a": 3, "b": "kept"})
    looked = inspecting.look({"a": counting, "b": broken, "c": switched_off}, inspection, memory)
    assert looked.signals == {"looks": 4, "faces": 1}
    assert looked.memory == Memory({"a": 4, "b": "kept", "c": None}, pursuing=False)


@pytest.mark.usefixtures("inspectors")
def test_an_inspection_that_ends_after_the_exam_is_not_recorded() -> None:
    session = make_sitting(watched_exam())
    parking.park(session.id, 1, picture_of(1))
    Session.objects.filter(id=session.id).update(state=SessionState.SUBMITTED)
    inspect_frame.delay(str(session.id), 1, 0, parking.key_of(session.id, 1))
    assert objects() == []


def test_samples_of_other_streams_are_recorded_once_and_cover_no_seconds() -> None:
    session = make_sitting()
    sample = {
        "session_id": session.id,
        "stream": "audio",
        "seq": 1,
        "t_ms": 2000,
        "signals": {"speech": True},
    }
    first, again = recording.record_sample(**sample), recording.record_sample(**sample)
    assert (first.new, again.new) == (True, False)
    assert first.observation.record == {"stream": "audio", "seq": 1, "t": 2000, "v": {"speech": True}}
    session.risk.refresh_from_db()
    assert (session.risk.last_t_ms, session.risk.frames_recorded, session.risk.covered_seconds) == (
        2000,
        0,
        0,
    )
