"""Several candidates' seconds are heard together, and each is told only what its own sound told."""

import logging
from collections.abc import Sequence
from typing import Any, ClassVar

import pytest
from celery_batches import SimpleRequest
from channels.layers import get_channel_layer
from django.core.cache import caches

from accounts.tenancy import tenant_scope
from analysis.audio.vad import Heard, Passage
from exams.models import Session
from exams.states import SessionState
from proctoring import parking, services
from proctoring.hearing_batches import Order, hear
from proctoring.models import Observation
from proctoring.tasks import analyse_audio
from tests.analysis.audio.fakes import LoudIsVoice, second
from tests.conftest import Person
from tests.factories import make_exam
from tests.proctoring.sittings import make_sitting

pytestmark = pytest.mark.django_db


class Counting(LoudIsVoice):
    """Says how many streams it heard at once; fails where one of them is as loud as can be."""

    asked: ClassVar[list[int]] = []

    def listen_together(self, passages: Sequence[Passage]) -> list[Heard]:
        if passages:
            self.asked.append(len(passages))
        if any((passage.samples > 0.99).all() for passage in passages):
            raise RuntimeError("that is too loud")
        return super().listen_together(passages)


def counting() -> Counting:
    return Counting()


def broken_ears() -> None:
    raise RuntimeError("nobody listens")


@pytest.fixture(autouse=True)
def fake_voice(settings: Any) -> None:
    settings.VOICE_DETECTOR = "tests.proctoring.test_hearing_batches.counting"
    settings.SPEAKER_ENCODER = "tests.proctoring.test_hearing.nobody"
    Counting.asked = []


def pcm(level: float) -> bytes:
    return (second(level) * 32767).astype("<i2").tobytes()


LOUD, QUIET, TOO_LOUD = pcm(0.8), pcm(0.1), pcm(1.0)


def sitting(person: Person) -> Session:
    with tenant_scope(person.institution.id):
        return make_sitting(make_exam(watch_audio=True), minutes_ago=1)


def order_of(session: Session, seq: int, sound: bytes) -> Order:
    parking.park_sound(session.id, seq, sound)
    return Order(institution_id=str(session.institution_id), session_id=session.id, seq=seq, t_ms=1000 * seq)


def told(session: Session) -> list[tuple[int, float]]:
    with tenant_scope(session.institution_id):
        rows = Observation.objects.filter(session=session, stream="audio").order_by("seq")
        return [(row.seq, row.record["v"]["speech_share"]) for row in rows]


def test_two_institutions_sounds_are_heard_at_once_and_recorded_apart(alice: Person, charlie: Person) -> None:
    north, south = sitting(alice), sitting(charlie)
    hear([order_of(north, 1, LOUD), order_of(south, 1, QUIET)])
    assert (told(north), told(south)) == ([(1, 1.0)], [(1, 0.0)])
    assert Counting.asked == [2]
    assert [parking.take_sound(session.id, 1) for session in (north, south)] == [None, None]


def test_a_candidates_own_seconds_are_heard_one_after_the_other_by_number(
    alice: Person, charlie: Person
) -> None:
    session, other, alone = sitting(alice), sitting(charlie), sitting(alice)
    orders = [order_of(session, seq, LOUD) for seq in (3, 1, 2)]
    hear([*orders, order_of(other, 1, QUIET)])
    assert Counting.asked == [2, 1, 1]
    for seq in (1, 2, 3):
        hear([order_of(alone, seq, LOUD)])
    assert told(session) == told(alone)
    assert stream_of(session) == stream_of(alone)


def stream_of(session: Session) -> bytes:
    kept: bytes = caches["frames"].get(f"sound-state:{session.id}")
    return kept


def test_sound_that_cannot_be_heard_hurts_only_itself(
    alice: Person, charlie: Person, caplog: pytest.LogCaptureFixture
) -> None:
    broken, whole = sitting(alice), sitting(charlie)
    with caplog.at_level(logging.ERROR):
        hear([order_of(broken, 1, TOO_LOUD), order_of(whole, 1, LOUD)])
    assert (told(broken), told(whole)) == ([], [(1, 1.0)])
    assert Counting.asked == [2, 1, 1]
    assert caplog.messages == [
        "2 windows of sound could not be heard at once; now each alone",
        f"sound 1 of session {broken.id} could not be heard",
    ]


def test_what_is_no_sound_or_gone_hurts_only_itself(alice: Person, charlie: Person) -> None:
    half, gone, whole = sitting(alice), sitting(alice), sitting(charlie)
    orders = [order_of(half, 1, LOUD[:-1]), order_of(gone, 1, LOUD), order_of(whole, 1, LOUD)]
    parking.take_sound(gone.id, 1)
    hear(orders)
    assert [told(session) for session in (half, gone, whole)] == [[], [], [(1, 1.0)]]


def test_a_stream_that_cannot_be_read_hurts_only_itself(alice: Person, charlie: Person) -> None:
    broken, whole = sitting(alice), sitting(charlie)
    caches["frames"].set(f"sound-state:{broken.id}", b"no state")
    hear([order_of(broken, 1, LOUD), order_of(whole, 1, LOUD)])
    assert (told(broken), told(whole)) == ([], [(1, 1.0)])


def test_a_session_that_ended_or_is_gone_hurts_only_itself(alice: Person, charlie: Person) -> None:
    ended, gone, whole = sitting(alice), sitting(alice), sitting(charlie)
    with tenant_scope(alice.institution.id):
        services.end_session(session=ended, to=SessionState.SUBMITTED)
        Session.objects.filter(id=gone.id).delete()
    hear([order_of(session, 1, LOUD) for session in (ended, gone, whole)])
    assert [told(session) for session in (ended, gone, whole)] == [[], [], [(1, 1.0)]]


def message(order: Order, channel: str) -> SimpleRequest:
    """As a worker hands it over."""
    sent = (str(order.session_id), order.seq, order.t_ms, channel)
    headers = {"institution": order.institution_id}
    return SimpleRequest("1", analyse_audio.name, sent, {}, {}, "host", True, None, None, headers)


def test_a_workers_batch_is_answered_to_each_room(
    alice: Person, charlie: Person, answered: list[tuple[str, int]]
) -> None:
    north, south = sitting(alice), sitting(charlie)
    analyse_audio(
        [message(order_of(north, 1, LOUD), "room.a"), message(order_of(south, 5, TOO_LOUD), "room.b")]
    )
    assert (told(north), told(south)) == ([(1, 1.0)], [])
    assert answered == [("room.a", 1), ("room.b", 5)]


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch, settings: Any) -> list[tuple[str, int]]:
    """Which windows were answered, in place of the channel layer."""
    settings.LIVE_SENDER = "proctoring.live_sending.ThroughALoop"
    kept: list[tuple[str, int]] = []

    async def keep(channel: str, message: dict[str, Any]) -> None:
        kept.append((channel, message["seq"]))

    monkeypatch.setattr(get_channel_layer(), "send", keep)
    return kept


def test_every_window_is_answered_whatever_becomes_of_it(
    alice: Person, charlie: Person, settings: Any, answered: list[tuple[str, int]]
) -> None:
    for person, sound, channel in ((alice, LOUD, "room.a"), (charlie, TOO_LOUD, "room.b")):
        order = order_of(sitting(person), 1, sound)
        with tenant_scope(person.institution.id):
            analyse_audio.delay(str(order.session_id), order.seq, order.t_ms, channel)
    settings.VOICE_DETECTOR = "tests.proctoring.test_hearing_batches.broken_ears"
    order = order_of(sitting(alice), 2, LOUD)
    with tenant_scope(alice.institution.id):
        analyse_audio.delay(str(order.session_id), order.seq, order.t_ms, "room.c")
    assert answered == [("room.a", 1), ("room.b", 1), ("room.c", 2)]
