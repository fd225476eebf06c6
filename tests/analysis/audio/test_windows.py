import numpy as np
import pytest

from analysis.audio.windows import (
    ListeningState,
    SoundRefused,
    Window,
    listen,
    signals,
    window_of_pcm,
)
from analysis.catalog import signal
from tests.analysis.audio.fakes import LoudIsVoice, second

DETECTOR = LoudIsVoice()


def hear(*windows: Window) -> list[dict[str, object]]:
    told, state = [], None
    for window in windows:
        listened = listen(window, DETECTOR, state)
        state = listened.state
        told.append(signals(listened.sound))
    return told


def test_speech_is_told_once_enough_was_said() -> None:
    told = hear(Window(0, second(0.01)), Window(1000, second(0.8)), Window(2000, second(0.8)))
    assert [one["speech"] for one in told] == [False, False, True]
    assert told[0] == {"level_db": -40.0, "speech": False, "speech_share": 0.0}
    assert told[2]["level_db"] == -1.9


def test_the_catalogue_explains_every_signal() -> None:
    (told,) = hear(Window(0, second(0.01)))
    assert [signal(key).key for key in told] == ["level_db", "speech", "speech_share"]


def test_the_second_half_of_speech_may_come_from_another_worker() -> None:
    first = listen(Window(0, second(0.8)), DETECTOR)
    carried = ListeningState.from_bytes(first.state.to_bytes())
    assert carried.heard_until_ms == 1000
    assert listen(Window(1000, second(0.8)), DETECTOR, carried).sound.speech.known is True


@pytest.mark.parametrize(("pause_ms", "speaks"), [(150, True), (2500, True), (5000, False)])
def test_a_time_that_was_not_sent_counts_as_silent(pause_ms: int, speaks: bool) -> None:
    told = hear(Window(0, second(0.8)), Window(1000 + pause_ms, second(0.8, share=0.6)))
    assert told[1]["speech"] is speaks


def test_nothing_but_zeros_is_a_microphone_that_says_nothing() -> None:
    assert hear(Window(0, np.zeros(16_000, np.float32))) == [
        {"level_db": None, "speech": None, "speech_share": None}
    ]


def test_sound_that_is_cut_off_is_not_judged() -> None:
    (told,) = hear(Window(0, second(1.0)))
    assert told == {"level_db": -0.0, "speech": None, "speech_share": None}


def test_without_a_detector_only_the_level_is_known() -> None:
    listened = listen(Window(3000, second(0.01)), None)
    assert signals(listened.sound) == {"level_db": -40.0, "speech": None, "speech_share": None}
    assert listened.state.heard_until_ms == 4000


def test_pcm_is_little_endian_sixteen_bit() -> None:
    window = window_of_pcm(np.full(1600, -16384, "<i2").tobytes(), 7000)
    assert (window.t_ms, window.end_ms, set(window.samples.tolist())) == (7000, 7100, {-0.5})


@pytest.mark.parametrize("size", [0, 3199, 3198, 32_002])
def test_other_lengths_are_refused_in_words(size: int) -> None:
    with pytest.raises(SoundRefused, match="sound"):
        window_of_pcm(b"\0" * size, 0)


@pytest.mark.parametrize("data", [b"", b"\0" * 7, b"\0" * 12, b"\0" * 100])
def test_other_bytes_are_no_state(data: bytes) -> None:
    with pytest.raises(ValueError, match="state"):
        ListeningState.from_bytes(data)
