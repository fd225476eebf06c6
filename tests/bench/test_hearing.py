"""The bench's sound is what a browser would send."""

import numpy as np

from analysis.audio.windows import Window, window_of_pcm
from tests.bench.hearing import pcm_of


def test_sound_survives_the_way_through_pcm() -> None:
    sound = np.linspace(-1, 1, 16_000, dtype=np.float32)
    again = window_of_pcm(pcm_of(Window(3000, sound)), 3000)
    assert again.t_ms == 3000
    assert float(np.abs(again.samples - sound).max()) < 0.0002
