"""Live video's signalling: from one console to one room and back, for people who may, and noted."""

from typing import Any

import pytest
from asgiref.sync import sync_to_async

from accounts import services as accounts
from accounts.models import AuditEntry, Membership
from accounts.roles import Role
from accounts.tenancy import tenant_scope
from exams.models import Session
from proctoring.console_signals import BURST_BEGINNINGS
from proctoring.room_signals import MOST_WATCHERS
from proctoring.services import intervening
from proctoring.signalling import BURST_SIGNALS
from tests.conftest import PASSWORD, Person
from tests.factories import make_exam
from tests.proctoring.sittings import make_sitting
from tests.proctoring.sockets import End, RoomEnd
from tests.proctoring.test_watching_socket import in_room, watching

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fake_observer")]

OFFER = {"type": "offer", "sdp": "v=0\r\n"}
ANSWER = {"type": "answer", "sdp": "v=0\r\na=1\r\n"}
CANDIDATE = {"candidate": "candidate:1 1 udp 1 10.0.0.1 9 typ host", "sdpMid": "0", "sdpMLineIndex": 0}


@pytest.fixture
def running(alice: Person) -> Session:
    with tenant_scope(alice.institution.id):
        return make_sitting(minutes_ago=0.5)


async def console(person: Person, session: Session) -> End:
    end = await watching(person, session=str(session.id))
    await end.hear_kind("welcome")
    return end


async def begin(end: End, session: Session) -> dict[str, Any]:
    await end.say(type="signal", what="begin", session=str(session.id))
    return await end.hear_kind("signal")


async def joined(person: Person, session: Session) -> tuple[End, RoomEnd, str]:
    """Both ends of one live picture, and its name."""
    room = await in_room(session)
    end = await console(person, session)
    begun = await begin(end, session)
    assert begun["what"] == "begun"
    assert (await room.hear_kind("signal"))["what"] == "begin"
    return end, room, begun["watch"]


def entries(session: Session) -> list[tuple[str, str, dict[str, Any]]]:
    with tenant_scope(session.institution_id):
        found = AuditEntry.objects.filter(action__startswith="session.live_watch").order_by("number")
        assert {entry.subject for entry in found} <= {f"session:{session.id}"}
        return [(entry.actor, entry.action, entry.detail) for entry in found]


async def test_both_ends_hear_each_other_and_the_log_knows(
    alice: Person, running: Session, settings: Any
) -> None:
    settings.TURN_URLS, settings.TURN_SECRET = ["turn:turn.example"], "north"
    room = await in_room(running)
    end = await console(alice, running)
    begun = await begin(end, running)
    watch = begun["watch"]
    assert begun == {
        "type": "signal",
        "what": "begun",
        "watch": watch,
        "session": str(running.id),
        "ice": {"servers": begun["ice"]["servers"], "relay_only": False},
    }
    (server,) = begun["ice"]["servers"]
    assert server["urls"] == ["turn:turn.example"]
    assert server["username"].endswith(f":{watch}")
    asked = await room.hear_kind("signal")
    assert asked == {**asked, "what": "begin", "watch": watch, "streams": ["camera"]}
    assert [each["urls"] for each in asked["ice"]["servers"]] == [["turn:turn.example"]]

    streams = {"camera": "stream-1"}
    await room.say(type="signal", what="description", watch=watch, description=OFFER, streams=streams)
    assert await end.hear_kind("signal") == {
        "type": "signal",
        "what": "description",
        "watch": watch,
        "description": OFFER,
        "streams": streams,
    }
    await end.say(type="signal", what="description", watch=watch, description=ANSWER)
    assert (await room.hear_kind("signal"))["description"] == ANSWER
    await end.say(type="signal", what="candidates", watch=watch, candidates=[CANDIDATE])
    told = await room.hear_kind("signal")
    assert told["candidates"] == [{**CANDIDATE, "usernameFragment": None}]

    await end.say(type="signal", what="end", watch=watch)
    assert (await room.hear_kind("signal"))["what"] == "end"
    # The entry is made before the next message is read.
    assert (await begin(end, running))["what"] == "begun"
    actor = f"user:{alice.user.id}"
    assert (await sync_to_async(entries)(running))[:2] == [
        (actor, "session.live_watch_begun", {}),
        (actor, "session.live_watch_ended", {"seconds": 0, "why": "closed"}),
    ]
    for each in (room, end):
        await each.leave()


async def test_two_watch_and_one_leaves(alice: Person, bob: Person, running: Session) -> None:
    first, room, watch = await joined(alice, running)
    second = await console(bob, running)
    other = (await begin(second, running))["watch"]
    assert (await room.hear_kind("signal"))["watch"] == other
    await first.leave()
    assert await room.hear_kind("signal") == {"type": "signal", "what": "end", "watch": watch}
    await room.say(type="signal", what="description", watch=watch, description=OFFER)
    await room.say(type="signal", what="description", watch=other, description=OFFER)
    assert (await second.hear_kind("signal"))["watch"] == other
    for each in (room, second):
        await each.leave()


async def test_a_room_that_goes_tells_and_can_be_asked_again(alice: Person, running: Session) -> None:
    end, room, watch = await joined(alice, running)
    await room.leave()
    ended = await end.hear_kind("signal")
    assert (ended["what"], ended["watch"], ended["code"]) == ("ended", watch, "offline")
    assert "not connected" in ended["text"]
    refused = await begin(end, running)
    assert (refused["what"], refused["session"], refused["code"]) == ("refused", str(running.id), "offline")
    room = await in_room(running)
    again = await begin(end, running)
    assert again["what"] == "begun"
    assert again["watch"] != watch
    for each in (room, end):
        await each.leave()


async def test_a_pause_ends_it_and_begins_nothing(alice: Person, running: Session) -> None:
    end, room, watch = await joined(alice, running)
    await sync_to_async(pause)(running)
    ended = await end.hear_kind("signal")
    assert (ended["what"], ended["watch"], ended["code"]) == ("ended", watch, "not_now")
    assert await room.hear_kind("signal") == {"type": "signal", "what": "end", "watch": watch}
    assert (await begin(end, running))["code"] == "not_now"
    for each in (room, end):
        await each.leave()


def pause(session: Session) -> None:
    with tenant_scope(session.institution_id):
        intervening.pause_session(session=session, actor=None)


async def test_a_room_may_end_it_with_a_reason(alice: Person, running: Session) -> None:
    end, room, watch = await joined(alice, running)
    await room.say(type="signal", what="end", watch=watch, reason="failed")
    ended = await end.hear_kind("signal")
    assert (ended["what"], ended["code"]) == ("ended", "failed")
    # The room is not told what it said itself, and nothing it says of it goes on.
    await room.say(type="signal", what="candidates", watch=watch, candidates=[CANDIDATE])
    again = await begin(end, running)
    assert (again["what"], (await room.hear_kind("signal"))["watch"]) == ("begun", again["watch"])
    for each in (room, end):
        await each.leave()


async def test_only_so_many_watch_one_candidate(alice: Person, running: Session) -> None:
    room = await in_room(running)
    ends = [await console(alice, running) for _ in range(MOST_WATCHERS + 1)]
    said = [(await begin(end, running))["what"] for end in ends]
    assert said == ["begun"] * MOST_WATCHERS + ["refused"]
    await ends[0].leave()
    assert (await begin(ends[-1], running))["what"] == "begun"
    for each in (room, *ends[1:]):
        await each.leave()


async def test_a_role_that_reads_does_not_watch(alice: Person, running: Session) -> None:
    auditor = await sync_to_async(member)(alice, Role.AUDITOR)
    proctor = await sync_to_async(member)(alice, Role.PROCTOR)
    room = await in_room(running)
    reading, watching_live = await console(auditor, running), await console(proctor, running)
    refused = await begin(reading, running)
    assert (refused["what"], refused["code"]) == ("refused", "not_allowed")
    assert (await begin(watching_live, running))["what"] == "begun"
    assert [actor for actor, _, _ in await sync_to_async(entries)(running)] == [f"user:{proctor.user.id}"]
    for each in (room, reading, watching_live):
        await each.leave()


def member(alice: Person, role: Role) -> Person:
    with tenant_scope(alice.institution.id):
        membership = accounts.add_member(email=f"{role}@north.example", password=PASSWORD, role=role)
    return Person(membership.user, membership, alice.institution, alice.client)


async def test_whoever_loses_the_role_loses_the_picture(
    alice: Person, bob: Person, running: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    end, room, _watch = await joined(bob, running)
    monkeypatch.setattr("proctoring.sockets.PING_EVERY_S", 0.05)
    other = await console(bob, running)
    assert (await begin(other, running))["what"] == "begun"
    assert (await room.hear_kind("signal"))["what"] == "begin"

    await sync_to_async(make_auditor)(bob)

    ended = await other.hear_kind("signal")
    assert (ended["what"], ended["code"]) == ("ended", "not_allowed")
    assert (await room.hear_kind("signal"))["what"] == "end"
    for each in (room, end, other):
        await each.leave()


def make_auditor(person: Person) -> None:
    with tenant_scope(person.institution.id):
        Membership.objects.filter(user=person.user).update(role=Role.AUDITOR)


async def test_nobody_watches_next_door(charlie: Person, alice: Person, running: Session) -> None:
    theirs = await sync_to_async(sitting_of)(charlie)
    room, end = await in_room(running), await console(charlie, theirs)
    refused = await begin(end, running)
    assert (refused["what"], refused["code"]) == ("refused", "not_found")
    for wrong in ("../etc", "x"):
        await end.say(type="signal", what="begin", session=wrong)
        assert (await end.hear_kind("signal"))["code"] == "not_found"
    # Not on this page either: its pause would not be heard.
    elsewhere = await console(alice, await sync_to_async(sitting_of)(alice))
    assert (await begin(elsewhere, running))["code"] == "not_found"
    assert await sync_to_async(entries)(running) == []
    for each in (room, end, elsewhere):
        await each.leave()


def sitting_of(person: Person) -> Session:
    with tenant_scope(person.institution.id):
        return make_sitting(minutes_ago=0.5)


async def test_a_screen_is_asked_for_where_the_exam_watches_it(alice: Person) -> None:
    session = await sync_to_async(with_screen_alone)(alice)
    room, end = await in_room(session), await console(alice, session)
    assert (await begin(end, session))["what"] == "begun"
    assert (await room.hear_kind("signal"))["streams"] == ["screen"]
    for each in (room, end):
        await each.leave()


def with_screen_alone(person: Person) -> Session:
    with tenant_scope(person.institution.id):
        return make_sitting(make_exam(watch_webcam=False, watch_screen=True), minutes_ago=0.5)


async def test_a_camera_that_is_left_out_for_a_person_is_seen_by_nobody(alice: Person) -> None:
    session = await sync_to_async(without_camera)(alice)
    room, end = await in_room(session), await console(alice, session)
    assert (await begin(end, session))["code"] == "not_watched"
    for each in (room, end):
        await each.leave()


def without_camera(person: Person) -> Session:
    with tenant_scope(person.institution.id):
        session = make_sitting(minutes_ago=0.5)
        session.adjustments = {"off": ["camera"]}
        session.save()
        return session


async def test_an_exam_that_watches_no_picture_shows_none(alice: Person) -> None:
    session = await sync_to_async(unwatched)(alice)
    room, end = await in_room(session), await console(alice, session)
    assert (await begin(end, session))["code"] == "not_watched"
    for each in (room, end):
        await each.leave()


def unwatched(person: Person) -> Session:
    with tenant_scope(person.institution.id):
        return make_sitting(make_exam(watch_webcam=False), minutes_ago=0.5)


async def test_a_flood_of_signals_is_refused_and_the_socket_stays(alice: Person, running: Session) -> None:
    end, room, watch = await joined(alice, running)
    for _ in range(BURST_SIGNALS + 10):
        await end.say(type="signal", what="candidates", watch=watch, candidates=[CANDIDATE])
    assert (await end.hear_kind("error"))["code"] == "too_many_signals"
    await end.say(type="signal", what="end", watch=watch)
    while (await room.hear_kind("signal"))["what"] != "end":
        pass
    for each in (room, end):
        await each.leave()


async def test_who_asks_too_often_waits(alice: Person, running: Session) -> None:
    room, end = await in_room(running), await console(alice, running)
    said = [(await begin(end, running))["what"] for _ in range(BURST_BEGINNINGS + 2)]
    assert said[0] == "begun"
    assert "refused" in said
    for each in (room, end):
        await each.leave()


async def test_before_hello_nothing_is_asked_for(running: Session) -> None:
    end = End("/ws/console/")
    await end.open()
    await end.say(type="signal", what="begin", session=str(running.id))
    assert (await end.hear_kind("error"))["code"] == "hello_first"
    await end.leave()
