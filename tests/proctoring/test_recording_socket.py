"""The room is told which video is wanted: at once by a hint, and again by the welcome of a new socket."""

import json
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from accounts.tenancy import tenant_scope
from exams.models import Session
from proctoring.models import Flag
from tests.conftest import Person
from tests.proctoring.fakes import seat_ticket
from tests.proctoring.pieces import keep, recorded
from tests.proctoring.sittings import frames
from tests.proctoring.sockets import RoomEnd

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fake_observer")]
FIXTURE = Path(__file__).resolve().parent.parent / "fixtures" / "protocol" / "recording.json"


@pytest.fixture
def flagged(alice: Person) -> Session:
    with tenant_scope(alice.institution.id):
        return recorded("flagged")


@sync_to_async
def ticket_for(session: Session) -> str:
    return seat_ticket(session, None)


@sync_to_async
def leave_for_a_while(session: Session, faces: list[int], *, first_second: int = 0) -> None:
    with tenant_scope(session.institution_id):
        frames(session, faces, first_second=first_second)


@sync_to_async
def flags_of(session: Session) -> list[Flag]:
    with tenant_scope(session.institution_id):
        return list(Flag.objects.filter(session=session, rule="NO_FACE"))


async def entered(session: Session) -> tuple[RoomEnd, dict[str, Any]]:
    end = RoomEnd()
    await end.open()
    return end, await end.hello(await ticket_for(session))


async def test_a_flag_asks_for_its_moment_and_says_when_it_is_over(flagged: Session) -> None:
    end, welcome = await entered(flagged)
    assert welcome["recording"] == {"next_seq": {"webcam": 1}, "wanted": []}
    await leave_for_a_while(flagged, [1] * 15 + [0] * 20)
    begun = await end.hear_kind("capture")
    assert begun.keys() == json.loads(FIXTURE.read_text())["server"]["valid"][0]["message"].keys()
    assert (begun["what"], begun["until_ms"]) == (["webcam"], None)
    await leave_for_a_while(flagged, [1] * 15, first_second=35)
    over = await end.hear_kind("capture", since_ms=begun["since_ms"])
    while over["until_ms"] is None:
        over = await end.hear_kind("capture", since_ms=begun["since_ms"])
    flag = next(one for one in await flags_of(flagged) if one.since_ms - 10_000 == begun["since_ms"])
    assert flag.end_ms is not None
    assert over["until_ms"] == max(flag.end_ms, flag.t_ms) + 10_000
    await end.leave()


async def test_a_new_socket_is_told_the_same_again(flagged: Session) -> None:
    await leave_for_a_while(flagged, [1] * 15 + [0] * 20 + [1] * 15)

    @sync_to_async
    def bring() -> None:
        with tenant_scope(flagged.institution_id):
            keep(flagged, seq=4, t_ms=20_000)

    await bring()
    end, welcome = await entered(flagged)
    assert welcome["recording"]["next_seq"] == {"webcam": 5}
    [wanted] = welcome["recording"]["wanted"]
    flags = await flags_of(flagged)
    assert wanted["since_ms"] <= min(flag.since_ms for flag in flags) - 10_000
    assert wanted["until_ms"] is not None
    await end.leave()


async def test_a_room_that_records_everything_or_nothing_is_asked_for_nothing(alice: Person) -> None:
    @sync_to_async
    def make(mode: str) -> Session:
        with tenant_scope(alice.institution.id):
            return recorded(mode)

    whole, nothing = await make("full"), await make("none")
    for session, expected in ((whole, {"next_seq": {"webcam": 1}, "wanted": []}), (nothing, None)):
        end, welcome = await entered(session)
        assert welcome.get("recording") == expected
        await leave_for_a_while(session, [1] * 5 + [0] * 20)
        await end.say(
            type="hello", ticket="again", device={"user_agent": "", "screen": [1, 1], "camera_label": ""}
        )
        kinds = []
        while not kinds or kinds[-1] != "error":
            kinds.append((await end.hear())["type"])
        assert "capture" not in kinds
        await end.leave()
