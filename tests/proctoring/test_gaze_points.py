"""Nine points before the exam: looks become a fit, a bad fit is refused in words, and no picture is kept."""

import sys
from collections.abc import Iterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.core.cache import caches

from accounts.tenancy import tenant_scope
from exams.models import Consent, Session
from exams.states import SessionState
from proctoring import parking, services
from proctoring.analysing import analyse
from proctoring.looking import look_at_point, park_look
from proctoring.models import Baseline, Observation
from proctoring.protocol import LookMessage, pack
from proctoring.rooms import Room
from proctoring.services.errors import FrameNotWanted
from proctoring.services.gaze import fit_of, is_fitted
from proctoring.services.gaze_points import WORDS, GazeOutcome, begin_looks, fit_looks
from tests.conftest import Person
from tests.factories import make_exam
from tests.proctoring.eyes import DETECTOR, OBSERVER, STAGED, LandmarkObserver
from tests.proctoring.fakes import picture_of, seat_ticket
from tests.proctoring.sittings import DEVICE_KEY, make_checking
from tests.proctoring.sockets import RoomEnd
from tests.proctoring.test_gazing import measured, rested

pytestmark = [pytest.mark.django_db(transaction=True)]

NINE = [(x, y) for y in (-500, 0, 500) for x in (-900, 0, 900)]
FIVE = NINE[::2]


@pytest.fixture(autouse=True)
def staged(settings: Any) -> Iterator[None]:
    settings.IRIS_DETECTOR, settings.FRAME_OBSERVER = DETECTOR, OBSERVER
    yield
    STAGED.u = STAGED.v = 0.0


def make_ready(**options: bool) -> Session:
    session = make_checking(make_exam(**{"watch_gaze": True, **options}))
    Baseline.objects.create(session=session, measurements=measured(), gaze=rested().to_json())
    session.state = SessionState.READY
    session.save()
    return session


@pytest.fixture
def ready(alice: Person) -> Session:
    with tenant_scope(alice.institution.id):
        return make_ready()


def room(session: Session) -> Room:
    return Room(session.id, DEVICE_KEY)


def look(session: Session, seq: int, point: int, *, faces: int = 1) -> bool:
    park_look(session.id, seq, picture_of(faces))
    return look_at_point(session_id=session.id, seq=seq, point=point, observer=LandmarkObserver())


def go_through(session: Session, points: list[tuple[int, int]], *, follow: bool = True) -> GazeOutcome:
    begin_looks(room=room(session), points_px=points)
    for place, (x_px, y_px) in enumerate(points):
        for again in range(3):
            if follow:
                STAGED.look_at(0.0213 * x_px, 0.0213 * y_px)
            assert look(session, 3 * place + again + 1, place)
    return fit_looks(session_id=session.id)


@pytest.mark.usefixtures("scope")
@pytest.mark.parametrize("points", [NINE, FIVE])
def test_eyes_that_follow_are_fitted_and_what_is_beside_is_seen_in_the_exam(
    points: list[tuple[int, int]],
) -> None:
    session = make_ready()
    assert go_through(session, points) == GazeOutcome(True, "kept", WORDS["kept"])
    fit = fit_of(session.id)
    assert fit is not None
    assert fit.rest == rested().rest
    assert fit.calibration is not None
    assert fit.calibration.miss_deg < 2
    session = services.start_session(session=session, device_info={})
    for seq, x_deg in enumerate((0, 17, -40), start=1):
        STAGED.look_at(x_deg, 0)
        parking.park(session.id, seq, picture_of(1))
        analyse(session_id=session.id, seq=seq, t_ms=0, observer=LandmarkObserver())
    rows = Observation.objects.filter(stream="video").order_by("seq")
    zones = [(row.record["v"]["gaze_zone"], row.record["v"]["off_screen"]) for row in rows]
    assert zones == [("on", False), ("on", False), ("left", True)]


@pytest.mark.usefixtures("scope")
def test_eyes_that_do_not_follow_are_refused_in_words_and_nothing_changes() -> None:
    session = make_ready()
    before = Baseline.objects.get().gaze
    outcome = go_through(session, NINE, follow=False)
    assert (outcome.kept, outcome.code) == (False, "unsteady")
    assert "did not match" in outcome.text
    assert Baseline.objects.get().gaze == before
    assert go_through(session, FIVE).kept
    assert is_fitted(session.id)


@pytest.mark.usefixtures("scope")
def test_a_later_fit_replaces_an_earlier_one_and_a_bad_one_does_not() -> None:
    session = make_ready()
    go_through(session, FIVE)
    first = Baseline.objects.get().gaze
    assert not go_through(session, NINE, follow=False).kept
    assert Baseline.objects.get().gaze == first
    assert go_through(session, NINE).kept
    assert Baseline.objects.get().gaze != first


@pytest.mark.usefixtures("scope")
def test_too_few_looks_a_small_window_and_no_beginning_are_told_apart() -> None:
    session = make_ready()
    assert fit_looks(session_id=session.id).code == "lost"
    begin_looks(room=room(session), points_px=NINE)
    assert [look(session, seq, seq - 1) for seq in range(1, 5)] == [True] * 4
    assert look(session, 5, 4, faces=0) is False
    assert look(session, 6, 9) is False
    assert look_at_point(session_id=session.id, seq=7, point=4, observer=LandmarkObserver()) is False
    park_look(session.id, 8, b"no picture")
    assert look_at_point(session_id=session.id, seq=8, point=4, observer=LandmarkObserver()) is False
    assert fit_looks(session_id=session.id).code == "too_few"
    assert go_through(session, [(x // 6, y // 6) for x, y in NINE]).code == "too_close"
    assert not look(session, 9, 0)


@pytest.mark.usefixtures("scope")
def test_no_picture_is_kept() -> None:
    session = make_ready()
    begin_looks(room=room(session), points_px=NINE)
    park_look(session.id, 1, picture_of(1))
    assert parking.take_sent(f"look:{session.id}", 1) is not None
    look(session, 2, 0)
    assert parking.take_sent(f"look:{session.id}", 2) is None
    assert not Observation.objects.exists()


@pytest.mark.usefixtures("scope")
@pytest.mark.parametrize(
    ("options", "state", "code"),
    [
        ({"watch_gaze": False}, SessionState.READY, "gaze_not_watched"),
        ({"watch_webcam": False}, SessionState.READY, "camera_not_watched"),
        ({}, SessionState.CHECKING, "not_now"),
        ({}, SessionState.RUNNING, "not_now"),
        ({}, SessionState.SUBMITTED, "session_ended"),
    ],
)
def test_points_come_after_the_check_and_before_the_start(
    options: dict[str, bool], state: SessionState, code: str
) -> None:
    session = make_ready(**options)
    session.state = state
    session.save()
    for ask in (
        lambda: begin_looks(room=room(session), points_px=NINE),
        lambda: fit_looks(session_id=session.id),
    ):
        with pytest.raises(FrameNotWanted) as refused:
            ask()
        assert refused.value.code == code


@pytest.mark.usefixtures("scope")
def test_nothing_is_looked_at_without_consent() -> None:
    session = make_ready()
    Consent.objects.all().delete()
    with pytest.raises(FrameNotWanted) as refused:
        begin_looks(room=room(session), points_px=NINE)
    assert refused.value.code == "consent_required"


async def entered(session: Session) -> tuple[RoomEnd, dict[str, Any]]:
    end = RoomEnd()
    await end.open()
    return end, await end.hello(await sync_to_async(seat_ticket)(session))


async def test_through_the_socket_and_after_a_reload(ready: Session) -> None:
    end, welcome = await entered(ready)
    assert welcome["gaze"] == {"fitted": False}
    await end.say(type="gaze_begin", points=NINE)
    for seq, (x_px, y_px) in enumerate(NINE, start=1):
        STAGED.look_at(0.0213 * x_px, 0.0213 * y_px)
        await end.say_bytes(pack(LookMessage(seq, 0, bytes([seq - 1]) + picture_of(1))))
        assert (await end.hear_kind("ack", stream="gaze", seq=seq))["found"] is True
    await end.say(type="gaze_fit")
    assert await end.hear_kind("gaze") == {
        "type": "gaze",
        "kept": True,
        "code": "kept",
        "text": WORDS["kept"],
    }
    await end.leave()
    again, welcome = await entered(ready)
    assert welcome["gaze"] == {"fitted": True}
    await again.leave()


@pytest.fixture
def no_vision(ready: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a web process of production, once somebody's eyes were fitted by a worker."""
    with tenant_scope(ready.institution_id):
        assert go_through(ready, NINE).kept
    using = {"np", "cv2"}
    seeing = [name for name, module in sys.modules.items() if using & vars(module or object).keys()]
    for name in ("numpy", "cv2", *(name for name in seeing if name.startswith("analysis."))):
        monkeypatch.setitem(sys.modules, name, None)


@pytest.mark.usefixtures("no_vision")
async def test_a_web_process_leads_through_points_without_numpy(ready: Session) -> None:
    end, welcome = await entered(ready)
    assert welcome["gaze"] == {"fitted": True}
    await end.say(type="gaze_begin", points=NINE)
    await end.say(type="gaze_fit")
    # Here the worker's part runs in the same process, and says so in words.
    told = await end.hear_kind("gaze")
    assert (told["kept"], told["code"], told["text"]) == (False, "failed", WORDS["failed"])
    await end.leave()


async def test_the_socket_says_why_it_takes_no_looks(ready: Session) -> None:
    end, _welcome = await entered(ready)
    await end.say_bytes(pack(LookMessage(1, 0, bytes([0]) + picture_of(1))))
    assert (await end.hear_kind("ack", stream="gaze", seq=1))["found"] is False
    await end.say_bytes(pack(LookMessage(1, 0, bytes([0]) + picture_of(1))))
    assert (await end.hear_kind("ack", stream="gaze", seq=1))["found"] is False
    await sync_to_async(start)(ready)
    await end.say(type="gaze_begin", points=NINE)
    told = await end.hear_kind("gaze")
    assert (told["kept"], told["code"]) == (False, "not_now")
    await end.say_bytes(pack(LookMessage(2, 0, bytes([0]) + picture_of(1))))
    assert (await end.hear_kind("error", ref=2))["code"] == "not_now"
    assert (await end.hear_kind("ack", stream="gaze", seq=2))["found"] is False
    await end.leave()


def start(session: Session) -> None:
    with tenant_scope(session.institution_id):
        services.start_session(session=session, device_info={})
        caches["frames"].clear()
