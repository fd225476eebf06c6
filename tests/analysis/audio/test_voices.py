import numpy as np
import pytest

from analysis.audio.vad import RATE_HZ
from analysis.audio.voices import (
    APART,
    FIRST,
    NUMBERS,
    RECENT,
    VoiceMemory,
    Voices,
    split,
    stretches_of,
    tell,
)
from tests.analysis.audio.fakes import LevelIsVoice

ENCODER = LevelIsVoice()


def voice(direction: int, count: int, spread: float = 0.02) -> np.ndarray:
    """Stretches of one person: a direction and a little of everything."""
    rng = np.random.default_rng(direction)
    rows = rng.normal(0.0, spread, (count, NUMBERS)).astype(np.float32)
    rows[:, direction] += 1.0
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def together(*parts: np.ndarray) -> np.ndarray:
    return np.concatenate(parts)


def told(voices: Voices) -> tuple[int | None, bool | None]:
    return voices.count.known, voices.second.known


@pytest.mark.parametrize(("seconds", "count", "left_s"), [(1.5, 0, 1.5), (1.6, 1, 1.1), (2.7, 3, 1.2)])
def test_stretches_begin_every_half_second(seconds: float, count: int, left_s: float) -> None:
    speech = np.arange(round(seconds * RATE_HZ), dtype=np.float32)
    cut, left = stretches_of(speech)
    assert cut.shape == (count, 25_600)
    assert [row[0] for row in cut] == [8000.0 * index for index in range(count)]
    assert len(left) == round(left_s * RATE_HZ)
    assert left[-1] == speech[-1]


def test_one_voice_is_one() -> None:
    found = split(voice(0, 12))
    assert found.distance < APART
    assert told(tell(voice(0, 2), VoiceMemory.fresh().after(voice(0, 9)), 1.0, ENCODER)[0]) == (1, False)


def test_a_second_voice_is_told_while_it_speaks() -> None:
    memory = VoiceMemory.fresh().after(voice(0, 9))
    heard, memory = tell(voice(1, 3), memory, 1.0, ENCODER)
    assert told(heard) == (2, True)
    assert (heard.distance.known or 0.0) > 0.8
    assert told(tell(voice(0, 2), memory, 1.0, ENCODER)[0]) == (2, False)


def test_whoever_came_first_stays_first_however_long_the_other_speaks() -> None:
    memory = VoiceMemory.fresh().after(together(voice(0, FIRST), voice(1, 3 * RECENT)))
    assert (len(memory.first), len(memory.recent)) == (FIRST, RECENT)
    assert told(tell(voice(1, 1), memory, 1.0, ENCODER)[0]) == (2, True)


def test_little_speech_decides_nothing() -> None:
    heard, memory = tell(together(voice(0, 2), voice(1, 1)), VoiceMemory.fresh(), 1.0, ENCODER)
    assert told(heard) == (None, None)
    assert len(memory.first) == 3
    nothing = np.zeros((0, NUMBERS), np.float32)
    assert told(tell(nothing, memory.after(voice(0, 5)), 1.0, ENCODER)[0]) == (None, None)


def test_poor_sound_is_unknown() -> None:
    memory = VoiceMemory.fresh().after(voice(0, 9))
    assert told(tell(voice(1, 2), memory, 0.4, ENCODER)[0]) == (None, None)


def test_a_cough_is_no_voice_and_hides_none() -> None:
    cough = voice(9, 1)
    alone = split(together(voice(0, 8), cough))
    assert alone.distance < APART
    beside = split(together(voice(0, 8), cough, voice(1, 4)))
    assert beside.distance > APART
    assert beside.second[:8].tolist() + beside.second[9:].tolist() == [False] * 8 + [True] * 4


def test_the_memory_survives_the_cache_and_refuses_other_bytes() -> None:
    memory = VoiceMemory.fresh().after(together(voice(0, FIRST), voice(1, 4)))
    again = VoiceMemory.from_bytes(memory.to_bytes())
    assert (again.first.shape, again.recent.shape) == ((FIRST, NUMBERS), (4, NUMBERS))
    assert float(np.abs(again.all - memory.all).max()) < 0.001
    for data in (b"", b"\0" * 7, b"\x0b" + bytes(12 * 2 * NUMBERS), b"\2" + bytes(2 * NUMBERS)):
        with pytest.raises(ValueError, match="memory of voices"):
            VoiceMemory.from_bytes(data)
