import numpy as np
import pytest

from analysis.audio.speech import SpeechState, follow, tidy

SECOND = 31  # chunks of 32 ms


def probabilities(*parts: tuple[float, int]) -> np.ndarray:
    return np.concatenate([np.full(chunks, value, np.float32) for value, chunks in parts])


def test_voice_begins_above_a_half_and_ends_below_035() -> None:
    heard = follow(probabilities((0.49, 1), (0.5, 1), (0.36, 2), (0.34, 1), (0.49, 1)), SpeechState())
    assert heard.state.voiced == (False, True, True, True, False, False)


def test_the_two_thresholds_reach_over_the_border_of_two_stretches() -> None:
    before = follow(probabilities((0.9, 10)), SpeechState())
    assert follow(probabilities((0.4, 1)), before.state).state.voiced[-1] is True
    assert follow(probabilities((0.4, 1)), SpeechState()).state.voiced == (False,)


@pytest.mark.parametrize(("voiced", "speech"), [(7, 0), (8, 12)])
def test_less_than_a_quarter_second_is_no_speech(voiced: int, speech: int) -> None:
    assert sum(tidy((False,) * 20 + (True,) * voiced + (False,) * 20)) == speech


@pytest.mark.parametrize(("gap", "speech"), [(9, 33), (10, 28)])
def test_a_short_gap_is_part_of_speech_and_a_longer_one_has_two_edges(gap: int, speech: int) -> None:
    talk, rest = (True,) * 10, (False,) * 10
    assert sum(tidy((*rest, *talk, *(False,) * gap, *talk, *rest))) == speech


def test_one_and_a_half_seconds_of_five_are_speaking() -> None:
    short = follow(probabilities((0.9, 42), (0.0, 10)), SpeechState())
    assert (short.speaks, short.share) == (False, round(44 / 52, 3))
    assert follow(probabilities((0.9, 45), (0.0, 10)), SpeechState()).speaks is True


def test_a_silent_second_is_no_speaking_however_much_was_said_before() -> None:
    talking = follow(probabilities((0.9, 3 * SECOND)), SpeechState())
    silent = follow(probabilities((0.0, SECOND)), talking.state)
    later = follow(probabilities((0.0, SECOND)), silent.state)
    assert (talking.speaks, later.speaks, later.share) == (True, False, 0.0)


def test_only_the_last_five_seconds_are_kept() -> None:
    long = follow(probabilities((0.9, 400)), SpeechState()).state
    assert long.voiced == (True,) * 156
    assert SpeechState.from_bytes(long.to_bytes()) == long
    assert long.after_silence(3200).voiced == (True,) * 56 + (False,) * 100
    assert long.after_silence(3_600_000).voiced == (False,) * 156


def test_nothing_heard_is_nothing_said() -> None:
    told = follow(np.zeros(0, np.float32), SpeechState())
    assert (told.speaks, told.share, told.state) == (False, 0.0, SpeechState())
