"""What a sitting sends is counted once, by what became of it."""

import pytest
from asgiref.sync import sync_to_async
from prometheus_client import REGISTRY

from accounts.tenancy import tenant_scope
from exams.models import Session
from proctoring import figures
from tests.conftest import Person
from tests.proctoring.fakes import picture_of, seat_ticket
from tests.proctoring.sittings import make_sitting
from tests.proctoring.sockets import RoomEnd, event

RAISED = "invigil_flags_raised_total"


@pytest.fixture
def running(alice: Person) -> Session:
    with tenant_scope(alice.institution.id):
        return make_sitting(minutes_ago=0.1)


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def values() -> dict[str, float]:
    outcomes = ("recorded", "refused", "dropped")
    answered = {word: value("invigil_frames_answered_total", outcome=word) for word in outcomes}
    return answered | {
        "taken": value("invigil_frames_taken_total"),
        "analysed": value("invigil_frames_analysed_total", outcome="recorded"),
        "events": value("invigil_events_taken_total"),
        "frames acknowledged": value("invigil_acknowledged_seconds_count", stream="video"),
        "batches acknowledged": value("invigil_acknowledged_seconds_count", stream="browser"),
    }


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("fake_observer")
async def test_frames_and_events_are_counted_by_what_became_of_them(running: Session) -> None:
    before = values()
    end = await RoomEnd().open()
    await end.hello(await sync_to_async(seat_ticket)(running))
    assert await end.frame(1, 6_000, picture_of(1)) == "recorded"
    assert await end.frame(2, 7_000, b"no picture") == "refused"
    await end.events(event(1, 7_100, "copy"), event(2, 7_200, "copy"))
    await end.hear_kind("ack", stream="browser", seq=2)
    await end.leave()
    assert {name: number - before[name] for name, number in values().items()} == {
        "recorded": 1,
        "refused": 1,
        "dropped": 0,
        "taken": 2,
        "analysed": 1,
        "events": 2,
        "frames acknowledged": 2,
        "batches acknowledged": 1,
    }


def test_a_rule_of_an_institution_goes_by_one_name() -> None:
    before = value(RAISED, rule="own", severity="warning")
    figures.count_flag(rule="Cheating of Anna Muster", severity="warning")
    assert value(RAISED, rule="own", severity="warning") == before + 1
    known = value(RAISED, rule="NO_FACE", severity="warning")
    figures.count_flag(rule="NO_FACE", severity="warning")
    assert value(RAISED, rule="NO_FACE", severity="warning") == known + 1
