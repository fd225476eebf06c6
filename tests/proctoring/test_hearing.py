"""A window of live sound: heard where the one before left off, recorded once, forgotten at once."""

from datetime import timedelta
from typing import Any, ClassVar

import numpy as np
import pytest
from django.core.cache import cache
from django.core.cache.backends.locmem import LocMemCache
from django.db import connection
from pytest_django import Settings

from analysis.audio.hearing import Ears
from analysis.audio.windows import Window
from exams.models import Session
from exams.states import SessionState
from proctoring import parking, services, voice_memory
from proctoring.hearing import records_of
from proctoring.hearing_batches import Order, hear
from proctoring.models import Observation
from tests.analysis.audio.fakes import LevelIsVoice, LoudIsVoice, second
from tests.proctoring.sittings import make_sitting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]


def loud_is_voice() -> LoudIsVoice:
    return LoudIsVoice()


def level_is_voice() -> LevelIsVoice:
    return LevelIsVoice()


def nobody() -> None:
    return None


@pytest.fixture(autouse=True)
def fake_voice(settings: Settings) -> None:
    settings.VOICE_DETECTOR = "tests.proctoring.test_hearing.loud_is_voice"
    settings.SPEAKER_ENCODER = "tests.proctoring.test_hearing.nobody"


@pytest.fixture
def fake_speakers(settings: Settings) -> None:
    settings.SPEAKER_ENCODER = "tests.proctoring.test_hearing.level_is_voice"


def pcm(voice: float) -> bytes:
    return (second(voice) * 32767).astype("<i2").tobytes()


def listen_to(session: Session, seq: int, t_ms: int, sound: bytes) -> None:
    parking.park_sound(session.id, seq, sound)
    hear([order_of(session, seq, t_ms)])


def order_of(session: Session, seq: int, t_ms: int) -> Order:
    institution = str(session.institution_id)
    return Order(institution_id=institution, session_id=session.id, seq=seq, t_ms=t_ms)


def told(session: Session) -> list[tuple[int, int, object]]:
    rows = Observation.objects.filter(session=session, stream="audio").order_by("seq")
    return [(row.seq, row.t_ms, row.record["v"]["speech"]) for row in rows]


def test_windows_are_heard_as_one_stream_and_kept_nowhere() -> None:
    session = make_sitting()
    for seq in (1, 2):
        listen_to(session, seq, 1000 * seq, pcm(0.8))
    assert told(session) == [(1, 1000, False), (2, 2000, True)]
    assert [parking.take_sound(session.id, seq) for seq in (1, 2)] == [None, None]


def test_without_a_detector_the_level_is_recorded(settings: Settings) -> None:
    settings.VOICE_DETECTOR = "tests.proctoring.test_hearing.nobody"
    session = make_sitting()
    listen_to(session, 1, 1000, pcm(0.8))
    assert Observation.objects.get(stream="audio").record["v"] == {
        "level_db": -1.9,
        "speech": None,
        "speech_share": None,
    }


def test_the_same_window_counts_once() -> None:
    session = make_sitting()
    listen_to(session, 1, 1000, pcm(0.8))
    listen_to(session, 1, 1000, pcm(0.8))
    assert told(session) == [(1, 1000, False)]


@pytest.mark.parametrize("sound", [b"\0" * 100, b"\0" * 32_001, b"\0" * 40_000])
def test_what_is_no_second_of_sound_is_not_recorded(sound: bytes) -> None:
    session = make_sitting()
    listen_to(session, 1, 1000, sound)
    assert told(session) == []


def test_sound_that_is_gone_is_not_recorded() -> None:
    session = make_sitting()
    hear([order_of(session, 1, 1000)])
    assert told(session) == []


def test_nothing_is_heard_after_the_end() -> None:
    session = make_sitting()
    services.end_session(session=session, to=SessionState.SUBMITTED)
    listen_to(session, 1, 1000, pcm(0.8))
    assert told(session) == []


def test_a_window_far_from_now_is_put_right_or_kept_with_its_claim() -> None:
    session = make_sitting(minutes_ago=1)
    ahead_ms = round(timedelta(minutes=30) / timedelta(milliseconds=1))
    listen_to(session, 1, ahead_ms, pcm(0.8))
    [(seq, t_ms, _speech)] = told(session)
    assert (seq, t_ms < 120_000) == (1, True)


def test_a_recording_gives_the_same_records() -> None:
    windows = [Window(0, second(0.8)), Window(1000, second(0.8)), Window(2000, np.zeros(16_000, np.float32))]
    records = list(records_of(windows, Ears(LoudIsVoice())))
    assert [(record.stream, record.seq, record.t_ms) for record in records] == [
        ("audio", 1, 0),
        ("audio", 2, 1000),
        ("audio", 3, 2000),
    ]
    assert [(record.values or {})["speech"] for record in records] == [False, True, None]


def second_voices(session: Session) -> list[object]:
    rows = Observation.objects.filter(session=session, stream="audio").order_by("seq")
    return [row.record["v"]["second_voice"] for row in rows]


@pytest.mark.usefixtures("fake_speakers")
def test_a_second_voice_is_told_from_the_first_of_the_sitting() -> None:
    session = make_sitting()
    for seq, level in enumerate((0.6, 0.6, 0.6, 0.6, 0.9, 0.9), start=1):
        listen_to(session, seq, 1000 * seq, pcm(level))
    assert second_voices(session) == [None, None, None, False, False, True]


@pytest.mark.usefixtures("fake_speakers")
def test_voices_are_kept_sealed_and_forgotten_at_the_end() -> None:
    session = make_sitting()
    for seq in range(1, 5):
        listen_to(session, seq, 1000 * seq, pcm(0.6))
    kept = voice_memory.remembered(session.id)
    assert kept is not None
    assert len(kept.all) == 5
    (stored,) = (cache.get(f"voices:{session.id}"),)
    assert kept.to_bytes() not in stored.content
    services.end_session(session=session, to=SessionState.SUBMITTED)
    assert voice_memory.remembered(session.id) is None
    listen_to(session, 5, 5000, pcm(0.6))
    assert voice_memory.remembered(session.id) is None


class CacheUnderLock(LocMemCache):
    """Notes whether voices are written inside a transaction, where the session's end waits."""

    locked: ClassVar[list[bool]] = []

    def set(self, key: Any, value: Any, *args: Any, **options: Any) -> None:
        if "voices:" in key:
            self.locked.append(connection.in_atomic_block)
        super().set(key, value, *args, **options)


@pytest.mark.usefixtures("fake_speakers")
@pytest.mark.django_db(transaction=True)
def test_voices_are_written_before_the_end_of_a_sitting_can_forget_them(settings: Settings) -> None:
    backend = "tests.proctoring.test_hearing.CacheUnderLock"
    settings.CACHES = {**settings.CACHES, "default": {"BACKEND": backend, "LOCATION": "under-lock"}}
    CacheUnderLock.locked = []
    session = make_sitting()
    for seq in range(1, 5):
        listen_to(session, seq, 1000 * seq, pcm(0.6))
    assert CacheUnderLock.locked
    assert all(CacheUnderLock.locked)


@pytest.mark.usefixtures("fake_speakers")
def test_voices_that_cannot_be_read_begin_anew() -> None:
    session, other = make_sitting(), make_sitting()
    for seq in range(1, 5):
        listen_to(session, seq, 1000 * seq, pcm(0.6))
    cache.set(f"voices:{other.id}", cache.get(f"voices:{session.id}"))
    assert voice_memory.remembered(other.id) is None


def test_without_an_encoder_nothing_is_kept_of_voices() -> None:
    session = make_sitting()
    for seq in range(1, 5):
        listen_to(session, seq, 1000 * seq, pcm(0.6))
    assert "second_voice" not in Observation.objects.filter(session=session, stream="audio")[0].record["v"]
    assert cache.get(f"voices:{session.id}") is None
