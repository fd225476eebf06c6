"""Windows through everything that listens; voices here are steps of loudness."""

import numpy as np
import pytest

from analysis.audio.hearing import Ears, Heard, hear
from analysis.audio.voices import VoiceMemory
from analysis.audio.windows import ListeningState, Window
from analysis.catalog import signal
from tests.analysis.audio.fakes import LevelIsVoice, LoudIsVoice, second

EARS = Ears(LoudIsVoice(), LevelIsVoice())
QUIET = 0.01


def listen(*levels: float, ears: Ears = EARS) -> list[Heard]:
    heard: list[Heard] = []
    for number, level in enumerate(levels):
        before = heard[-1] if heard else None
        window = Window(1000 * number, second(level))
        heard.append(hear(window, ears, before.state, before.voices) if before else hear(window, ears))
    return heard


def second_voice(heard: list[Heard]) -> list[object]:
    return [one.signals["second_voice"] for one in heard]


def test_a_second_voice_is_told_after_a_second_of_it_and_not_before() -> None:
    heard = listen(0.6, 0.6, 0.6, 0.6, 0.9, 0.9, 0.9)
    assert second_voice(heard[:5]) == [None, None, None, False, False]
    assert second_voice(heard[5:]) == [True, True]
    assert [one.signals["voices"] for one in heard[3:4] + heard[-1:]] == [1, 2]


def test_the_first_voice_again_is_not_the_second() -> None:
    assert second_voice(listen(*(0.6,) * 5, *(0.9,) * 4, *(0.6,) * 4))[-2:] == [False, False]


def test_quiet_seconds_know_nothing_of_voices_and_forget_none() -> None:
    heard = listen(*(0.6,) * 5, *(QUIET,) * 60, *(0.9,) * 4)
    assert second_voice(heard[5:66]) == [None] * 61
    assert second_voice(heard)[-1] is True


def test_speech_is_not_joined_over_a_long_pause() -> None:
    heard = listen(0.6, QUIET, QUIET, QUIET)
    assert [len(one.state.unheard) > 0 for one in heard] == [True, True, True, False]


def test_the_catalogue_explains_every_signal() -> None:
    (heard,) = listen(0.6)
    assert [signal(key).key for key in heard.signals] == [*heard.signals]


def test_without_an_encoder_nothing_is_said_of_voices_and_no_sound_is_kept() -> None:
    (*_, heard) = listen(0.6, 0.6, 0.6, ears=Ears(LoudIsVoice()))
    assert list(heard.signals) == ["level_db", "speech", "speech_share"]
    assert (len(heard.state.unheard), len(heard.voices.all)) == (0, 0)
    (deaf,) = listen(0.6, ears=Ears(None, LevelIsVoice()))
    assert deaf.signals == {"level_db": -4.4, "speech": None, "speech_share": None}


def test_the_next_second_may_come_from_another_worker() -> None:
    before = listen(0.6, 0.6, 0.6, 0.6, 0.9)[-1]
    state = ListeningState.from_bytes(before.state.to_bytes())
    voices = VoiceMemory.from_bytes(before.voices.to_bytes())
    here = hear(Window(5000, second(0.9)), EARS, before.state, before.voices)
    there = hear(Window(5000, second(0.9)), EARS, state, voices)
    assert here.signals == there.signals
    assert here.signals["second_voice"] is True


@pytest.mark.parametrize("level", [0.0, 1.0])
def test_silence_of_a_dead_microphone_and_clipped_sound_are_unknown(level: float) -> None:
    heard = listen(0.6, 0.6, 0.6, 0.6)[-1]
    window = Window(4000, np.full(16_000, level, np.float32))
    assert hear(window, EARS, heard.state, heard.voices).signals["second_voice"] is None
