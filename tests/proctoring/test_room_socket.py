"""The candidate's socket, from hello to acknowledgement."""

import asyncio
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.core.cache import cache, caches
from django.db import OperationalError
from django.db.backends.signals import connection_created

from accounts.tenancy import tenant_scope
from accounts.tickets import TICKET_LIFE_S
from exams.models import Session
from exams.states import SessionState
from proctoring import services, sockets
from proctoring.models import Observation, RiskState
from proctoring.protocol import MAX_PAYLOAD_BYTES
from proctoring.services import intervening
from tests.conftest import Person
from tests.factories import make_exam, make_session
from tests.proctoring.fakes import BROKEN, picture_of, seat_ticket
from tests.proctoring.sittings import DEVICE_KEY, make_checking, make_sitting
from tests.proctoring.sockets import DEVICE, LIMIT_S, End, RoomEnd, event

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fake_observer")]


@pytest.fixture
def running(alice: Person) -> Session:
    with tenant_scope(alice.institution.id):
        return make_sitting(minutes_ago=0.1)


@pytest.fixture
def checking(alice: Person) -> Session:
    with tenant_scope(alice.institution.id):
        return make_checking()


@sync_to_async
def rows(session: Session) -> list[tuple[str, int]]:
    with tenant_scope(session.institution_id):
        stored = Observation.objects.filter(session=session).order_by("stream", "seq")
        return list(stored.values_list("stream", "seq"))


@sync_to_async
def risk_of(session: Session) -> RiskState:
    with tenant_scope(session.institution_id):
        return RiskState.objects.get(session=session)


@sync_to_async
def ticket_for(session: Session, device_key: str | None = None) -> str:
    return seat_ticket(session, device_key)


async def entered(session: Session) -> RoomEnd:
    end = RoomEnd()
    await end.open()
    await end.hello(await ticket_for(session))
    return end


# Hello


@pytest.mark.parametrize(
    "origin",
    [None, b"https://evil.example", b"null", b"https://testserver.evil.example"],
)
async def test_a_foreign_origin_is_not_let_in(running: Session, origin: bytes | None) -> None:
    end = RoomEnd(origin=(b"origin", origin) if origin else None)
    assert await end.is_let_in() is False


@pytest.mark.parametrize("path", ["/ws/", "/ws/room", "/ws/room/../console/", "/"])
async def test_an_address_without_a_socket_is_not_let_in(path: str) -> None:
    assert await End(path).is_let_in() is False


async def test_a_ticket_in_the_address_is_refused() -> None:
    end = End("/ws/room/?ticket=abc")
    assert await end.is_let_in()
    assert await end.closing_code() == 4400


async def test_welcome_says_where_to_go_on(running: Session) -> None:
    end = RoomEnd()
    await end.open()
    welcome = await end.hello(await ticket_for(running))
    assert {key: welcome[key] for key in ("next_seq", "client")} == {
        "next_seq": {"browser": 1, "video": 1},
        "client": {
            "frame_interval_ms": 1000,
            "frame_width": 640,
            "frame_height": 480,
            "jpeg_quality": 0.75,
            "ack_timeout_ms": 10000,
        },
    }
    assert (welcome["session"]["id"], welcome["session"]["state"]) == (str(running.id), "running")
    assert 6_000 <= welcome["session"]["now_ms"] < 26_000
    await end.leave()


@sync_to_async
def warn(session: Session, message: str) -> None:
    with tenant_scope(session.institution_id):
        intervening.warn_session(session=session, message=message, actor=None)


@sync_to_async
def pause(session: Session) -> None:
    with tenant_scope(session.institution_id):
        intervening.pause_session(session=session, actor=None)


async def test_a_warning_is_shown_at_once_or_on_coming_back(running: Session) -> None:
    await warn(running, "Please stay at your desk.")
    end = RoomEnd()
    await end.open()
    (missed,) = (await end.hello(await ticket_for(running)))["told"]
    expected = {
        "kind": "warning",
        "number": 1,
        "text": "Please stay at your desk.",
        "minutes": 0,
        "read_ms": None,
    }
    assert {key: missed[key] for key in expected} == expected
    await warn(running, "Nobody else may help.")
    told = (await end.hear_kind("told"))["told"]
    assert (told["kind"], told["number"], told["text"]) == ("warning", 2, "Nobody else may help.")
    await end.leave()


async def test_the_page_is_told_that_the_clock_stands_still(running: Session) -> None:
    end = await entered(running)
    await pause(running)
    told = await end.hear_kind("state")
    assert told["session"]["state"] == "paused"
    await end.leave()


async def test_a_ticket_works_once(running: Session) -> None:
    ticket = await ticket_for(running)
    first = RoomEnd()
    await first.open()
    await first.hello(ticket)
    second = RoomEnd()
    await second.open()
    await second.say(type="hello", ticket=ticket, device=DEVICE)
    assert await second.closing_code() == 4401
    await first.leave()


async def test_an_expired_ticket_is_refused(running: Session) -> None:
    ticket = await ticket_for(running)
    await sync_to_async(cache.clear)()
    assert TICKET_LIFE_S == 30
    end = RoomEnd()
    await end.open()
    await end.say(type="hello", ticket=ticket, device=DEVICE)
    assert await end.closing_code() == 4401


async def test_whoever_says_nothing_is_shown_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "HELLO_WITHIN_S", 0.05)
    end = RoomEnd()
    await end.open()
    assert await end.closing_code() == 4408


async def test_a_device_that_lost_the_session_is_refused(running: Session) -> None:
    end = RoomEnd()
    await end.open()
    await end.say(
        type="hello",
        ticket=await ticket_for(running, "an older device"),
        device=DEVICE,
    )
    assert await end.closing_code() == 4409


async def test_the_newest_socket_takes_the_session(running: Session) -> None:
    first = await entered(running)
    second = await entered(running)
    assert await first.closing_code() == 4409
    assert await second.frame(1, 1000, picture_of(1)) == "recorded"
    await second.leave()


async def test_a_device_that_loses_the_session_in_the_middle_is_closed(running: Session) -> None:
    end = await entered(running)
    await sync_to_async(move_to_another_device)(running)
    await end.events(event(1, 100, "copy"))
    assert await end.closing_code() == 4409
    assert await rows(running) == []


def move_to_another_device(session: Session) -> None:
    with tenant_scope(session.institution_id):
        Session.objects.filter(id=session.id).update(device_key=DEVICE_KEY + "x")


# Messages


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<html>", "not_json"),
        ("[]", "not_an_object"),
        ('{"type":"end_exam"}', "unknown_type"),
        ('{"type":"websocket.close","code":1000}', "unknown_type"),
        ('{"type":"events","events":[]}', "bad_field"),
        ('{"type":"pong","x":"' + "x" * 70_000 + '"}', "text_too_large"),
    ],
)
async def test_a_bad_message_is_answered_and_the_socket_stays(running: Session, text: str, code: str) -> None:
    end = await entered(running)
    await end.say_text(text)
    answer = await end.hear()
    assert (answer["type"], answer["code"]) == ("error", code)
    assert await end.frame(1, 1000, picture_of(1)) == "recorded"
    await end.leave()


async def test_a_sender_of_nothing_but_nonsense_is_shown_out(running: Session) -> None:
    end = await entered(running)
    for _ in range(sockets.MOST_REFUSALS):
        await end.say_text("<html>")
    assert await end.closing_code() == 4400


async def test_frames_that_nobody_wants_are_refused_without_end(alice: Person) -> None:
    session = await sync_to_async(without_camera)(alice)
    end = await entered(session)
    for seq in range(1, sockets.MOST_REFUSALS + 5):
        await end.send_frame(seq, 0, picture_of(1))
        assert (await end.hear_kind("error"))["code"] == "camera_not_watched"
        assert (await end.hear_kind("ack", seq=seq))["outcome"] == "refused"
    await end.leave()


def without_camera(alice: Person) -> Session:
    with tenant_scope(alice.institution.id):
        return make_sitting(make_exam(watch_webcam=False))


async def test_frames_and_events_before_hello_are_refused() -> None:
    end = RoomEnd()
    await end.open()
    await end.send_frame(1, 0, picture_of(1))
    assert (await end.hear())["code"] == "hello_first"
    await end.events(event(1, 0, "copy"))
    assert (await end.hear())["code"] == "hello_first"
    await end.leave()


async def test_a_socket_that_answers_is_seen(running: Session) -> None:
    end = await entered(running)
    await sync_to_async(forget_when_seen)(running)
    await end.say(type="pong")
    async with asyncio.timeout(LIMIT_S):
        while (await risk_of(running)).last_seen_at is None:
            await asyncio.sleep(0)
    await end.leave()


def forget_when_seen(session: Session) -> None:
    with tenant_scope(session.institution_id):
        RiskState.objects.filter(session=session).update(last_seen_at=None)


async def test_a_flood_is_closed(running: Session) -> None:
    end = await entered(running)
    for _ in range(10 * sockets.BURST_MESSAGES):
        await end.say(type="pong")
    assert await end.closing_code() == 4429


# Frames


async def test_a_frame_is_acknowledged_once_it_is_recorded(running: Session) -> None:
    end = await entered(running)
    await end.send_frame(1, 200, picture_of(1))
    assert await end.hear() == {"type": "ack", "stream": "video", "seq": 1, "outcome": "recorded"}
    assert await rows(running) == [("video", 1)]
    await end.leave()


@pytest.mark.parametrize(
    "payload",
    [b"\xff", b"\x89PNG\r\n\x1a\n", picture_of(1)[:-40], picture_of(1) + b"<script>"],
    ids=["one byte", "a PNG", "cut off", "something behind it"],
)
async def test_a_bad_picture_is_refused_counted_and_never_no_face(running: Session, payload: bytes) -> None:
    end = await entered(running)
    assert await end.frame(1, 200, payload) == "refused"
    assert await rows(running) == []
    assert (await risk_of(running)).frames_refused == 1
    assert await end.frame(2, 1200, picture_of(1)) == "recorded"
    await end.leave()


async def test_a_picture_that_is_too_large_is_an_error(running: Session) -> None:
    end = await entered(running)
    await end.send_frame(1, 0, b"\x00" * (MAX_PAYLOAD_BYTES + 1))
    answer = await end.hear()
    assert (answer["code"], answer["ref"]) == ("payload_too_large", 1)
    await end.leave()


async def test_a_detector_that_fails_is_a_gap_and_not_a_suspicion(running: Session) -> None:
    end = await entered(running)
    assert await end.frame(1, 200, picture_of(BROKEN)) == "unavailable"
    assert await rows(running) == []
    assert (await risk_of(running)).frames_unavailable == 1
    await end.leave()


async def test_a_frame_before_consent_is_refused_and_not_kept(alice: Person) -> None:
    session = await sync_to_async(without_consent)(alice)
    end = await entered(session)
    await end.send_frame(1, 0, picture_of(1))
    answer = await end.hear_kind("error")
    assert (answer["code"], answer["ref"]) == ("consent_required", 1)
    assert (await end.hear())["outcome"] == "refused"
    assert await rows(session) == []
    assert await sync_to_async(caches["frames"].get)(f"frame:{session.id}:1") is None
    await end.leave()


def without_consent(alice: Person) -> Session:
    with tenant_scope(alice.institution.id):
        session = make_session()
        session.device_key = DEVICE_KEY
        session.save()
        return session


async def test_a_frame_after_the_end_is_refused(running: Session) -> None:
    end = await entered(running)
    await sync_to_async(submit)(running)
    assert (await end.hear_kind("state"))["session"]["state"] == "submitted"
    await end.send_frame(1, 0, picture_of(1))
    assert (await end.hear())["code"] == "session_ended"
    assert await rows(running) == []
    await end.leave()


def submit(session: Session) -> None:
    with tenant_scope(session.institution_id):
        services.end_session(session=session, to=SessionState.SUBMITTED)


async def test_one_frame_is_in_flight_and_the_newest_follows(running: Session) -> None:
    end = await entered(running)
    for seq in range(1, 5):
        await end.send_frame(seq, seq * 1000, picture_of(1))
    outcomes = [await end.hear_kind("ack") for _ in range(4)]
    by_seq = {ack["seq"]: ack["outcome"] for ack in outcomes}
    assert by_seq[1] == by_seq[4] == "recorded"
    dropped = sorted(seq for seq, outcome in by_seq.items() if outcome == "unavailable")
    assert await rows(running) == [("video", seq) for seq in sorted(by_seq) if seq not in dropped]
    assert dropped
    assert (await risk_of(running)).frames_dropped == len(dropped)
    await end.leave()


async def test_the_check_guides_until_the_session_is_ready(checking: Session) -> None:
    end = await entered(checking)
    assert await end.frame(1, 0, picture_of(0)) == "checked"
    guidance = await end.hear_kind("guidance")
    assert (guidance["ok"], guidance["code"], guidance["progress"]) == (False, "no_face", 0.0)
    heard: list[dict[str, Any]] = []
    for seq in range(2, 12):
        assert await end.frame(seq, 0, picture_of(1)) == "checked"
        heard.append(await end.hear_kind("guidance"))
    assert [one["progress"] for one in heard] == [round(good / 10, 2) for good in range(1, 11)]
    assert await rows(checking) == []
    with tenant_scope(checking.institution_id):
        await sync_to_async(checking.refresh_from_db)()
    assert checking.state == SessionState.READY
    await end.leave()


# Events


async def test_events_are_acknowledged_up_to_the_last_committed_one(running: Session) -> None:
    end = await entered(running)
    await end.events(event(1, 100, "tab_hidden"), event(2, 150, "tab_visible", duration_ms=50))
    assert await end.hear() == {"type": "ack", "stream": "browser", "seq": 2}
    assert await rows(running) == [("browser", 1), ("browser", 2)]
    await end.leave()


async def test_events_of_many_rooms_are_committed_together_and_a_bad_one_harms_nobody(
    alice: Person, charlie: Person
) -> None:
    sittings = [await sync_to_async(sitting_of)(person) for person in (alice, charlie, alice, alice)]
    ends = [await entered(sitting) for sitting in sittings]
    told = [[event(1, 100, "copy")], [event(1, 100, "paste")], [event(20_000, 100, "copy")]]
    await asyncio.gather(*(end.events(*batch) for end, batch in zip(ends, [*told, *told[:1]], strict=True)))
    heard = [await end.hear() for end in ends]
    assert [(one["type"], one.get("seq") or one.get("code")) for one in heard] == [
        ("ack", 1),
        ("ack", 1),
        ("error", "gap_too_large"),
        ("ack", 1),
    ]
    stored = [await rows(sitting) for sitting in sittings]
    assert stored == [[("browser", 1)], [("browser", 1)], [], [("browser", 1)]]
    for end in ends:
        await end.leave()


def refuse_connection(**_: Any) -> None:
    raise OperationalError("the database is not there")


def sitting_of(person: Person) -> Session:
    with tenant_scope(person.institution.id):
        return make_sitting(minutes_ago=0.1)


async def test_without_its_database_a_room_hears_that_nothing_is_lost_and_sends_again(
    running: Session,
) -> None:
    end = await entered(running)
    connection_created.connect(refuse_connection)
    try:
        await end.events(event(1, 100, "copy"))
        heard = await end.hear()
    finally:
        connection_created.disconnect(refuse_connection)
    assert (heard["type"], heard["code"]) == ("error", "server_error")
    assert "Nothing you sent is lost" in heard["message"]
    assert await rows(running) == []
    await end.events(event(1, 100, "copy"))
    assert await end.hear() == {"type": "ack", "stream": "browser", "seq": 1}
    await end.leave()


async def test_after_a_reconnect_the_numbers_go_on_and_nothing_counts_twice(running: Session) -> None:
    end = await entered(running)
    await end.events(event(1, 100, "tab_hidden"), event(2, 150, "tab_visible"))
    await end.hear_kind("ack", seq=2)
    await end.frame(1, 1000, picture_of(1))
    await end.leave()
    again = RoomEnd()
    await again.open()
    welcome = await again.hello(await ticket_for(running))
    assert welcome["next_seq"] == {"browser": 3, "video": 2}
    await again.events(event(2, 150, "tab_visible"), event(3, 2000, "copy"))
    assert (await again.hear_kind("ack"))["seq"] == 3
    assert await rows(running) == [("browser", 1), ("browser", 2), ("browser", 3), ("video", 1)]
    await again.leave()


async def test_events_before_the_start_are_an_error_and_the_socket_stays(checking: Session) -> None:
    end = await entered(checking)
    await end.events(event(1, 0, "copy"))
    assert (await end.hear())["code"] == "not_started"
    assert await end.frame(1, 0, picture_of(1)) == "checked"
    await end.leave()


async def test_presence_follows_the_socket(running: Session) -> None:
    end = await entered(running)
    assert len((await risk_of(running)).online_channels) == 1
    # Whoever leaves waits until the socket's end has given back what it held.
    await end.leave()
    assert (await risk_of(running)).online_channels == []
