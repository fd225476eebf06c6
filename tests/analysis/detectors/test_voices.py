"""Real voices as numbers; without its packages the encoder is off and says why."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from analysis.audio.track import read_sound
from analysis.audio.voices import NUMBERS, STRETCH_SAMPLES
from analysis.detectors.base import DetectorMissing
from analysis.detectors.voices import ResemblyzerVoices, shared_voices, voices_status

INSTALLED = importlib.util.find_spec("resemblyzer") is not None
needs_the_full_set = pytest.mark.skipif(not INSTALLED, reason="the full set is not installed: no resemblyzer")
RATE = 16_000


@pytest.mark.skipif(INSTALLED, reason="the full set is installed here")
def test_without_the_full_set_it_names_it() -> None:
    with pytest.raises(DetectorMissing, match="resemblyzer is not installed; it comes with the `full` set"):
        ResemblyzerVoices()
    status = voices_status()
    assert (status.key, status.on) == ("voices", False)


@needs_the_full_set
def test_one_voice_lies_nearer_to_itself_than_to_another(data_dir: Path) -> None:
    names = ("1688-142285-0001", "1688-142285-0003", "3331-159605-0000")
    encoder = shared_voices()
    numbers = []
    for name in names:
        sound = read_sound(data_dir / "audio" / "single" / f"{name}.flac")[RATE : RATE + 2 * STRETCH_SAMPLES]
        numbers.append(encoder.embed(sound.reshape(2, STRETCH_SAMPLES)).mean(axis=0))
    same, other = float(numbers[0] @ numbers[1]), float(numbers[0] @ numbers[2])
    assert same > 0.7
    assert other < 0.6


@needs_the_full_set
def test_numbers_have_length_one_and_do_not_depend_on_loudness_or_company() -> None:
    rng = np.random.default_rng(1)
    sound = rng.normal(0.0, 0.02, (3, STRETCH_SAMPLES)).astype(np.float32)
    encoder = shared_voices()
    numbers = encoder.embed(sound)
    assert (numbers.shape, numbers.dtype) == ((3, NUMBERS), np.float32)
    assert np.linalg.norm(numbers, axis=1) == pytest.approx([1.0, 1.0, 1.0], abs=1e-4)
    assert np.abs(encoder.embed(sound[1:2]) - numbers[1]).max() < 1e-4
    assert np.abs(encoder.embed(sound * np.float32(0.1)) - numbers).max() < 1e-3


@needs_the_full_set
def test_nothing_is_nothing_and_other_lengths_are_refused() -> None:
    encoder = shared_voices()
    assert encoder.embed(np.zeros((0, STRETCH_SAMPLES), np.float32)).shape == (0, NUMBERS)
    assert not np.isnan(encoder.embed(np.zeros((1, STRETCH_SAMPLES), np.float32))).any()
    with pytest.raises(ValueError, match="25600 samples"):
        encoder.embed(np.zeros((1, 16_000), np.float32))
