"""Pictures that were kept without a line: stored once, where they belong, and counted in the final replay."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.core.cache import caches
from django.utils import timezone

from accounts.errors import Conflict, DomainError
from accounts.tenancy import tenant_scope
from analysis.observations import signals
from exams import timekeeping
from exams.models import Consent, Session
from exams.states import SessionState
from jobs.models import Job
from proctoring import parking, results, services
from proctoring.models import Evidence, Flag, Observation, RiskState
from proctoring.protocol import LateFrameMessage, pack
from proctoring.rooms import Room
from proctoring.services import intervening, late_frames
from proctoring.services.errors import FrameNotWanted, OtherDevice
from proctoring.services.recording import SampleRecorded
from proctoring.tasks import submit_late_frame
from tests.conftest import Person
from tests.proctoring.fakes import BROKEN, picture_of, seat_ticket, seen
from tests.proctoring.session_rows import make_flag
from tests.proctoring.sittings import DEVICE_KEY, frame, frames, make_checking, make_sitting
from tests.proctoring.sockets import RoomEnd

pytestmark = [pytest.mark.django_db(transaction=True)]


def late(session: Session, seq: int, t_ms: int, faces: int = 1, **options: Any) -> SampleRecorded:
    parking.park(session.id, seq, picture_of(faces))
    return late_frames.record_late(
        session_id=session.id, seq=seq, t_ms=t_ms, seen=seen(faces, against_baseline=True), **options
    )


@pytest.fixture
def offline_for_a_minute(scope: None) -> Session:
    """Five seconds of pictures, a minute without, five seconds again; the numbers 6 to 17 were reserved."""
    session = make_sitting(minutes_ago=2)
    frames(session, [1] * 5)
    for second in range(65, 70):
        frame(session, second - 47, second * 1000)
    return session


def test_a_late_picture_is_stored_at_its_time_and_once(offline_for_a_minute: Session) -> None:
    session = offline_for_a_minute
    before = RiskState.objects.get()
    first = late(session, 6, 10_000)
    again = late(session, 6, 10_000, faces=0)
    assert (first.new, again.new, again.observation.id) == (True, False, first.observation.id)
    stored = Observation.objects.get(stream="video", seq=6)
    assert (stored.t_ms, stored.is_late, stored.record["t"], stored.record["v"]["face_count"]) == (
        10_000,
        True,
        10_000,
        1,
    )
    assert Observation.objects.filter(is_late=True).count() == 1
    after = RiskState.objects.get()
    assert after.frames_recorded == before.frames_recorded + 1
    assert after.covered_seconds == before.covered_seconds + 1
    assert (after.last_video_seq, after.last_t_ms, after.fold) == (
        before.last_video_seq,
        before.last_t_ms,
        before.fold,
    )


def test_what_comes_late_is_followed_by_nothing_but_measured(offline_for_a_minute: Session) -> None:
    values = late(offline_for_a_minute, 6, 10_000).observation.record["v"]
    alone = signals(seen(1, against_baseline=True))
    assert {name: values[name] for name in ("face_count", "yaw", "looking_away")} == {
        name: alone[name] for name in ("face_count", "yaw", "looking_away")
    }
    assert {name: values[name] for name in ("movement", "frozen", "perclos")} == dict.fromkeys(
        ("movement", "frozen", "perclos")
    )


def test_the_final_replay_counts_what_the_live_fold_did_not(offline_for_a_minute: Session) -> None:
    session = offline_for_a_minute
    for place in range(12):
        late(session, 6 + place, 9_000 + 4_700 * place, faces=0)
    live = set(Flag.objects.values_list("rule", flat=True))
    assert "NO_FACE" not in live
    services.end_session(session=session, to=SessionState.SUBMITTED)
    services.finalise(session_id=session.id)
    final = Flag.objects.get(rule="NO_FACE")
    assert (final.since_ms, final.in_final, final.stream) == (9_000, True, "video")
    assert Evidence.objects.get(flag=final).seq in range(6, 18)
    assert RiskState.objects.get().changed_after_late_data is True
    session.refresh_from_db()
    result = results.result_of_session(session)
    assert result.coverage is not None
    seconds = session_seconds(session)
    assert round(result.coverage * seconds) == 5 + 12 + 5


def test_of_many_late_pictures_few_are_held_and_only_those_that_may_matter(scope: None) -> None:
    session = make_sitting(minutes_ago=10)
    frame(session, 200, 400_000)
    for seq in range(2, 42):
        late(session, seq, seq * 5_000, faces=2 if seq > 10 else 1)
        parking.drop(session.id, seq)
    assert parking.which(session.id, range(2, 42)) == set(range(42 - parking.HELD_FRAMES, 42))


def session_seconds(session: Session) -> int:
    ended = Session.objects.get(id=session.id)
    assert ended.ended_at is not None
    return (ended.elapsed_ms(ended.ended_at) or 0) // 1000


def test_the_order_of_arrival_changes_nothing(scope: None) -> None:
    digests = set()
    for order in ([0, 1, 2, 3], [3, 1, 0, 2]):
        session = make_sitting(minutes_ago=2)
        frames(session, [1] * 5)
        frame(session, 10, 30_000)
        for place in order:
            late(session, 6 + place, 8_000 + 5_000 * place, faces=place % 2)
        shown = Observation.objects.filter(session=session, stream="video").order_by("seq")
        digests.add(str([row.record for row in shown]))
    assert len(digests) == 1


def test_a_flag_without_a_picture_gets_a_late_one(offline_for_a_minute: Session) -> None:
    session = offline_for_a_minute
    flag = make_flag(session, since_ms=20_000, t_ms=20_000, start_ms=20_000, end_ms=30_000, stream="browser")
    late(session, 8, 20_500)
    kept = Evidence.objects.get(flag=flag)
    assert (kept.seq, kept.t_ms) == (8, 20_500)


def test_pictures_may_come_for_ten_minutes_after_the_end(offline_for_a_minute: Session) -> None:
    session = offline_for_a_minute
    services.end_session(session=session, to=SessionState.SUBMITTED)
    Job.objects.all().delete()
    assert late(session, 6, 10_000).new
    assert Job.objects.filter(kind="proctoring.finalise").count() == 1
    ended = Session.objects.get(id=session.id)
    assert ended.ended_at is not None
    with pytest.raises(FrameNotWanted) as refused:
        late(session, 7, 11_000, now=ended.ended_at + timedelta(minutes=11))
    assert refused.value.code == "session_ended"
    with pytest.raises(FrameNotWanted):
        late(session, 8, (ended.elapsed_ms(ended.ended_at) or 0) + 1)


def test_a_picture_of_a_pause_is_not_kept(scope: None) -> None:
    session = make_sitting(minutes_ago=1)
    frame(session, 1, 1000)
    intervening.pause_session(session=session, actor=None)
    paused_ms = Observation.objects.get(stream="server", record__ev="session_paused").t_ms
    with pytest.raises(Conflict) as refused:
        late(session, 3, paused_ms + 100)
    assert refused.value.code == "paused"
    assert late(session, 2, paused_ms - 5_000).new
    assert timekeeping.resume(session=session).state == SessionState.RUNNING


def test_numbers_and_times_that_make_no_sense_are_refused(offline_for_a_minute: Session) -> None:
    session = offline_for_a_minute
    with pytest.raises(DomainError) as far:
        late(session, 50_000, 10_000)
    assert far.value.code == "gap_too_large"
    with pytest.raises(FrameNotWanted) as ahead:
        late(session, 6, 600_000)
    assert ahead.value.code == "clock_ahead"
    Consent.objects.update(withdrawn_at=timezone.now())
    with pytest.raises(FrameNotWanted) as withdrawn:
        late(session, 6, 10_000)
    assert withdrawn.value.code == "consent_required"
    assert Observation.objects.filter(is_late=True).count() == 0


def test_before_the_start_nothing_is_late(scope: None) -> None:
    with pytest.raises(FrameNotWanted) as refused:
        late(make_checking(), 1, 0)
    assert refused.value.code == "not_now"


def test_another_device_brings_nothing(scope: None) -> None:
    session = make_sitting()
    room = Room(session.id, "an older device")
    with pytest.raises(OtherDevice):
        submit_late_frame(room=room, frame=LateFrameMessage(2, 1000, picture_of(1)), channel="none")
    assert caches["frames"].get(f"frame:{session.id}:2") is None


# Through the socket


@pytest.fixture
def running(alice: Person, fake_observer: None) -> Iterator[Session]:
    with tenant_scope(alice.institution.id):
        yield make_sitting(minutes_ago=1)


async def entered(session: Session) -> RoomEnd:
    end = RoomEnd()
    await end.open()
    await end.hello(await sync_to_async(seat_ticket)(session))
    return end


async def brings(end: RoomEnd, seq: int, t_ms: int, jpeg: bytes) -> str:
    await end.say_bytes(pack(LateFrameMessage(seq, t_ms, jpeg)))
    return str((await end.hear_kind("ack", stream="late", seq=seq))["outcome"])


@sync_to_async
def video(session_id: uuid.UUID, institution_id: uuid.UUID) -> list[tuple[int, int, bool]]:
    with tenant_scope(institution_id):
        rows = Observation.objects.filter(session_id=session_id, stream="video").order_by("seq")
        return list(rows.values_list("seq", "t_ms", "is_late"))


async def test_kept_pictures_come_behind_live_ones_and_once(running: Session) -> None:
    end = await entered(running)
    assert await end.frame(9, 50_000, picture_of(1)) == "recorded"
    assert await brings(end, 3, 20_000, picture_of(1)) == "recorded"
    assert await brings(end, 4, 25_000, picture_of(1)) == "recorded"
    assert await brings(end, 3, 20_000, picture_of(1)) == "recorded"
    assert await video(running.id, running.institution_id) == [
        (3, 20_000, True),
        (4, 25_000, True),
        (9, 50_000, False),
    ]
    await end.leave()


async def test_what_cannot_be_kept_is_refused_and_what_failed_is_asked_for_again(running: Session) -> None:
    end = await entered(running)
    assert await brings(end, 3, 20_000, b"\xff\xd8 no picture") == "refused"
    assert await brings(end, 4, 25_000, picture_of(BROKEN)) == "unavailable"
    assert await brings(end, 5, 900_000, picture_of(1)) == "refused"
    assert await video(running.id, running.institution_id) == []
    await end.leave()


async def test_a_lost_seat_closes_the_door(running: Session) -> None:
    end = await entered(running)
    await sync_to_async(move)(running)
    await end.say_bytes(pack(LateFrameMessage(3, 20_000, picture_of(1))))
    assert await end.closing_code() == 4409
    assert await video(running.id, running.institution_id) == []


def move(session: Session) -> None:
    with tenant_scope(session.institution_id):
        Session.objects.filter(id=session.id).update(device_key=DEVICE_KEY + "x")
