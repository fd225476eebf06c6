"""Sound through the candidate's socket: heard only where the exam listens, and only while it runs."""

from typing import Any

import pytest
from asgiref.sync import sync_to_async

from accounts.tenancy import tenant_scope
from exams.models import Session
from proctoring.models import Observation
from proctoring.protocol import SoundMessage, pack
from tests.analysis.audio.fakes import LoudIsVoice, second
from tests.conftest import Person
from tests.factories import make_exam
from tests.proctoring.fakes import seat_ticket
from tests.proctoring.sittings import make_checking, make_sitting
from tests.proctoring.sockets import RoomEnd

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fake_observer")]

LOUD = (second(0.8) * 32767).astype("<i2").tobytes()


def loud_is_voice() -> LoudIsVoice:
    return LoudIsVoice()


@pytest.fixture(autouse=True)
def fake_voice(settings: Any) -> None:
    settings.VOICE_DETECTOR = "tests.proctoring.test_room_sound.loud_is_voice"
    settings.SPEAKER_ENCODER = "tests.proctoring.test_hearing.nobody"


@pytest.fixture
def listening(alice: Person) -> Session:
    with tenant_scope(alice.institution.id):
        return make_sitting(make_exam(watch_audio=True), minutes_ago=0.1)


@pytest.fixture
def deaf(alice: Person) -> Session:
    with tenant_scope(alice.institution.id):
        return make_sitting(minutes_ago=0.1)


@pytest.fixture
def checking(alice: Person) -> Session:
    with tenant_scope(alice.institution.id):
        return make_checking(make_exam(watch_audio=True))


@sync_to_async
def ticket_for(session: Session) -> str:
    return seat_ticket(session)


@sync_to_async
def told(session: Session) -> list[tuple[int, int, object]]:
    with tenant_scope(session.institution_id):
        rows = Observation.objects.filter(session=session, stream="audio").order_by("seq")
        return [(row.seq, row.t_ms, row.record["v"]["speech"]) for row in rows]


async def entered(session: Session) -> tuple[RoomEnd, dict[str, Any]]:
    end = RoomEnd()
    await end.open()
    return end, await end.hello(await ticket_for(session))


async def say(end: RoomEnd, seq: int, t_ms: int, pcm: bytes = LOUD) -> None:
    await end.say_bytes(pack(SoundMessage(seq, t_ms, pcm)))


async def test_sound_becomes_records_and_goes_on_after_a_reload(listening: Session) -> None:
    end, welcome = await entered(listening)
    assert welcome["next_seq"] == {"browser": 1, "video": 1, "audio": 1}
    for seq in (1, 2):
        await say(end, seq, 1000 * seq)
        await until(listening, seq)
    await end.leave()
    again, welcome = await entered(listening)
    assert welcome["next_seq"]["audio"] == 3
    assert await told(listening) == [(1, 1000, False), (2, 2000, True)]
    await again.leave()


async def until(session: Session, rows: int) -> None:
    for _ in range(500):
        if len(await told(session)) >= rows:
            return
    raise AssertionError(f"fewer than {rows} windows were heard")


async def test_an_exam_that_does_not_listen_refuses_sound(deaf: Session) -> None:
    end, welcome = await entered(deaf)
    assert "audio" not in welcome["next_seq"]
    await say(end, 1, 1000)
    assert (await end.hear_kind("error"))["code"] == "sound_not_watched"
    assert await told(deaf) == []
    await end.leave()


async def test_nothing_is_heard_before_the_start(checking: Session) -> None:
    end, _welcome = await entered(checking)
    await say(end, 1, 0)
    assert (await end.hear_kind("error"))["code"] == "not_now"
    assert await told(checking) == []
    await end.leave()


async def test_longer_sound_is_refused_and_half_a_sample_is_no_record(listening: Session) -> None:
    end, _welcome = await entered(listening)
    await say(end, 1, 1000, LOUD + b"\0\0")
    assert (await end.hear_kind("error"))["code"] == "payload_too_large"
    await say(end, 2, 1000, LOUD[:-1])
    await say(end, 3, 2000)
    await until(listening, 1)
    assert await told(listening) == [(3, 2000, False)]
    await end.leave()
