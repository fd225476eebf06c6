"""The candidate's socket, from hello to acknowledgement."""

import pytest
from asgiref.sync import sync_to_async

from accounts.tenancy import tenant_scope
from exams.models import Session
from exams.notices import notice_for
from exams.services import give_consent
from proctoring import services
from proctoring.models import Observation
from tests.conftest import Person
from tests.factories import make_session
from tests.proctoring.fakes import picture_of, seat_ticket
from tests.proctoring.sockets import RoomEnd, event

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fake_observer")]


@pytest.fixture
def running(alice: Person) -> Session:
    with tenant_scope(alice.institution.id):
        session = make_session()
        session.device_key = "device-1"
        session.save()
        give_consent(session=session, notice=notice_for(session.exam))
        session.refresh_from_db()
        return services.start_session(session=session, device_info={}, without_baseline=True)


@sync_to_async
def rows(session: Session) -> list[tuple[str, int]]:
    with tenant_scope(session.institution_id):
        return list(
            Observation.objects.filter(session=session).order_by("stream", "seq").values_list("stream", "seq")
        )


@sync_to_async
def ticket_for(session: Session, device_key: str | None = None) -> str:
    return seat_ticket(session, device_key)


async def test_a_frame_is_acknowledged_once_it_is_recorded(running: Session) -> None:
    end = await RoomEnd().open()
    welcome = await end.hello(await ticket_for(running))
    assert welcome["next_seq"] == {"browser": 1, "video": 1}
    assert await end.frame(1, 200, picture_of(1)) == "recorded"
    assert await rows(running) == [("video", 1)]
    await end.leave()


async def test_events_are_acknowledged_up_to_the_last_committed_one(running: Session) -> None:
    end = await RoomEnd().open()
    await end.hello(await ticket_for(running))
    await end.events(event(1, 100, "tab_hidden"), event(2, 150, "tab_visible", duration_ms=50))
    assert await end.hear() == {"type": "ack", "stream": "browser", "seq": 2}
    assert await rows(running) == [("browser", 1), ("browser", 2)]
    await end.leave()
