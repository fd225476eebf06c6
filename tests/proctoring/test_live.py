"""Messages reach the sockets from every thread, and a layer that fails stops nothing."""

import threading
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connection

from accounts.tenancy import tenant_scope
from exams.models import Session
from exams.states import SessionState
from proctoring import live, services
from proctoring.models import RiskState
from proctoring.protocol import Outcome
from tests.conftest import Person
from tests.proctoring.fakes import StuckObserver, picture_of, seat_ticket
from tests.proctoring.sittings import make_sitting
from tests.proctoring.sockets import RoomEnd

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fake_observer")]


@pytest.fixture
def running(alice: Person) -> Session:
    with tenant_scope(alice.institution.id):
        return make_sitting()


async def entered(session: Session) -> RoomEnd:
    end = RoomEnd()
    await end.open()
    await end.hello(await sync_to_async(seat_ticket)(session))
    return end


async def test_a_jobs_thread_reaches_the_room(running: Session) -> None:
    end = await entered(running)
    # The scheduler's thread knows no event loop.
    threading.Thread(target=expire, args=(running,)).start()
    state = await end.hear_kind("state")
    assert (state["session"]["state"], state["session"]["remaining_ms"]) == ("expired", 0)
    await end.leave()


def expire(session: Session) -> None:
    with tenant_scope(session.institution_id):
        services.end_session(session=session, to=SessionState.EXPIRED)
    connection.close()


async def test_a_frame_nobody_answers_is_given_up(
    running: Session, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proctoring.room_media.ANSWER_WITHIN_S", 0.2)
    settings.FRAME_OBSERVER = "tests.proctoring.fakes.stuck_observer"
    end = await entered(running)
    try:
        assert await end.frame(1, 1000, picture_of(1)) == "unavailable"
        monkeypatch.setattr("proctoring.room_media.ANSWER_WITHIN_S", 30)
        settings.FRAME_OBSERVER = "tests.proctoring.fakes.grey_observer"
        assert await end.frame(2, 2000, picture_of(1)) == "recorded"
    finally:
        StuckObserver.released.set()
    risk = await sync_to_async(risk_of)(running)
    assert risk.frames_unavailable == 1
    await end.leave()


def risk_of(session: Session) -> RiskState:
    with tenant_scope(session.institution_id):
        return RiskState.objects.get(session=session)


def test_a_layer_that_fails_is_logged_and_stops_nothing(
    settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "tests.proctoring.fakes.BrokenLayer"}}
    settings.LIVE_SENDER = "proctoring.live_sending.ThroughALoop"
    live.acknowledge(channel="specific.x!y", seq=1, outcome=Outcome.RECORDED)
    live.tell_room(session_id="s", kind="state")
    assert [record.message for record in caplog.records] == [
        "a live message was lost: ConnectionError: the layer is down"
    ] * 2
