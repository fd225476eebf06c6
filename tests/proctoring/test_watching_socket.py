"""The examiners' socket: who may watch, and what they are told while it happens."""

import time
import uuid

import pytest
from asgiref.sync import sync_to_async
from pytest_django import Settings

from accounts import devices, members, persons, suspending, tickets
from accounts.models import Membership, User
from accounts.tenancy import tenant_scope
from config.backends import redis_cache
from exams.models import Session
from proctoring import console_consumer
from proctoring.models import Flag
from tests.conftest import Person
from tests.proctoring.fakes import member_ticket, picture_of, seat_ticket
from tests.proctoring.sittings import make_sitting
from tests.proctoring.sockets import End, RoomEnd, event

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fake_observer")]


@pytest.fixture
def running(alice: Person) -> Session:
    with tenant_scope(alice.institution.id):
        # The clock of a slow machine may run on for a while before a frame counts as one of a wrong clock.
        return make_sitting(minutes_ago=0.25)


async def watching(person: Person, **target: str) -> End:
    end = End("/ws/console/")
    await end.open()
    ticket = await sync_to_async(member_ticket)(person.user.id, person.institution.id)
    await end.say(type="hello", ticket=ticket, **target)
    return end


async def in_room(session: Session) -> RoomEnd:
    end = RoomEnd()
    await end.open()
    await end.hello(await sync_to_async(seat_ticket)(session))
    return end


async def test_the_wall_hears_frames_flags_and_presence(alice: Person, running: Session) -> None:
    wall = await watching(alice, exam=str(running.exam_id))
    assert (await wall.hear())["type"] == "welcome"
    room = await in_room(running)
    assert await wall.hear_kind("presence") == {
        "type": "presence",
        "session": str(running.id),
        "online": True,
    }
    for seq in range(1, 8):
        assert await room.frame(seq, seq * 1000, picture_of(0)) == "recorded"
    frame = await wall.hear_kind("frame_analyzed")
    assert frame["session"] == str(running.id)
    assert {
        key: frame["data"][key] for key in ("face_detected", "face_count", "flagged", "t", "thumbnail")
    } == {
        "face_detected": False,
        "face_count": 0,
        "flagged": False,
        "t": 1000,
        "thumbnail": f"/sessions/{running.id}/thumbnail.jpg?seq=1",
    }
    opened = await wall.hear_kind("flag.opened")
    flag = await sync_to_async(only_flag)(running)
    assert opened["flag"] == {
        "id": str(flag.id),
        "rule": "NO_FACE",
        "label": "No face in view",
        "severity": "warning",
        "since_ms": 1000,
        "t_ms": 5000,
        "evidence_url": None,
    }
    pictured = await wall.hear_kind("flag.opened")
    assert pictured["flag"]["evidence_url"] == f"/evidence/{flag.id}.jpg"
    for seq in range(8, 13):
        assert await room.frame(seq, seq * 1000, picture_of(1)) == "recorded"
    closed = await wall.hear_kind("flag.closed")
    assert closed["flag"] == {"id": str(flag.id), "rule": "NO_FACE", "start_ms": 1000, "end_ms": 8000}
    await room.leave()
    assert (await wall.hear_kind("presence"))["online"] is False
    await wall.leave()


def only_flag(session: Session) -> Flag:
    with tenant_scope(session.institution_id):
        return Flag.objects.get(session=session)


async def test_the_session_page_hears_its_session_only(alice: Person, running: Session) -> None:
    other = await sync_to_async(another_sitting)(alice)
    page = await watching(alice, session=str(running.id))
    await page.hear_kind("watchers")
    elsewhere, here = await in_room(other), await in_room(running)
    await elsewhere.events(event(1, 100, "copy"))
    await here.frame(1, 100, picture_of(1))
    assert (await page.hear())["session"] == str(running.id)
    assert (await page.hear())["session"] == str(running.id)
    assert await page.receive_nothing()
    for end in (elsewhere, here, page):
        await end.leave()


def another_sitting(alice: Person) -> Session:
    with tenant_scope(alice.institution.id):
        return make_sitting()


async def test_somebody_elses_exam_is_not_found(charlie: Person, running: Session) -> None:
    for target in ({"exam": str(running.exam_id)}, {"session": str(running.id)}, {"exam": str(uuid.uuid4())}):
        end = await watching(charlie, **target)
        assert await end.closing_code() == 4404


async def test_an_address_that_is_no_id_is_not_found(alice: Person) -> None:
    end = await watching(alice, exam="../../etc")
    assert await end.closing_code() == 4404


async def test_a_person_who_left_the_institution_may_not_watch(
    alice: Person, bob: Person, running: Session
) -> None:
    await sync_to_async(remove)(bob)
    end = await watching(bob, exam=str(running.exam_id))
    assert await end.closing_code() == 4403


def remove(person: Person) -> None:
    with tenant_scope(person.institution.id):
        Membership.objects.filter(user=person.user).delete()


async def test_a_candidates_ticket_opens_no_console(running: Session) -> None:
    end = End("/ws/console/")
    await end.open()
    ticket = await sync_to_async(seat_ticket)(running)
    await end.say(type="hello", ticket=ticket, exam=str(running.exam_id))
    assert await end.closing_code() == 4401


async def test_the_console_takes_no_frames(alice: Person, running: Session) -> None:
    end = await watching(alice, exam=str(running.exam_id))
    await end.hear_kind("watchers")
    await end.say_bytes(b"\x01\x01")
    assert (await end.hear())["code"] == "unknown_type"
    await end.leave()


async def test_somebody_who_was_removed_sees_no_more(
    bob: Person, running: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proctoring.sockets.PING_EVERY_S", 0.05)
    wall = await watching(bob, exam=str(running.exam_id))
    assert (await wall.hear())["type"] == "welcome"
    await wall.hear_kind("ping")

    await sync_to_async(let_go)(bob)

    assert await wall.closing_code() == 4403


async def test_whoever_signs_out_watches_no_more_within_five_seconds(
    alice: Person, bob: Person, running: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert console_consumer.LOOKED_AFTER_EVERY_S < 5
    monkeypatch.setattr("proctoring.console_consumer.LOOKED_AFTER_EVERY_S", 0.05)
    here, elsewhere = await from_a_page(bob, running), await from_a_page(alice, running)

    await sync_to_async(bob.client.post)("/logout/")

    assert await here.closing_code() == 4403
    await elsewhere.hear_kind("watchers")
    await elsewhere.leave()


@pytest.mark.parametrize(
    "taken_away", ["password", "role", "by_an_owner", "switched_off", "elsewhere", "suspended", "idle"]
)
async def test_what_opened_the_wall_closes_it(
    taken_away: str, alice: Person, bob: Person, running: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proctoring.console_consumer.LOOKED_AFTER_EVERY_S", 0.05)
    wall = await from_a_page(bob, running)
    await sync_to_async(take_away)(taken_away, bob, alice)
    assert await wall.closing_code() == 4403


async def test_while_redis_is_away_a_wall_stays_and_is_asked_about_again(
    alice: Person,
    bob: Person,
    running: Session,
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("proctoring.sockets.PING_EVERY_S", 0.05)
    monkeypatch.setattr("proctoring.console_consumer.LOOKED_AFTER_EVERY_S", 0.05)
    wall = await from_a_page(bob, running)
    here = settings.CACHES
    settings.CACHES = here | {"default": redis_cache("redis://127.0.0.1:1/1", prefix="gone", timeout_s=5)}
    while "nobody could say whether a socket may stay: ConnectionError" not in caplog.messages:
        await wall.hear_kind("ping")
    await wall.hear_kind("ping")
    settings.CACHES = here

    await sync_to_async(take_away)("password", bob, alice)

    assert await wall.closing_code() == 4403
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


def take_away(what: str, person: Person, owner: Person) -> None:
    with tenant_scope(person.institution.id):
        if what == "password":
            persons.set_password(user=person.user, password="another long battery")
        elif what == "role":
            members.remove(membership=person.membership, actor=owner.user)
        elif what == "by_an_owner":
            members.sign_out(membership=person.membership, actor=owner.user)
        elif what == "suspended":
            suspending.suspend(institution=person.institution, reason="Unpaid since May", actor=None)
        elif what == "switched_off":
            User.objects.filter(id=person.user.id).update(is_active=False)
        elif what == "idle":
            tickets.note_act(person.client.session, now_s=int(time.time()) - tickets.idle_s())
        else:
            devices.sign_out_elsewhere(user=person.user, session_key="of another browser")


async def from_a_page(person: Person, session: Session) -> End:
    end = await End("/ws/console/").open()
    answer = await sync_to_async(person.client.post)("/console/ticket/")
    await end.say(type="hello", ticket=answer.json()["ticket"], exam=str(session.exam_id))
    await end.hear_kind("welcome")
    return end


def let_go(person: Person) -> None:
    with tenant_scope(person.institution.id):
        Membership.objects.filter(user=person.user).delete()
