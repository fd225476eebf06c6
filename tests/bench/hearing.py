"""A second of sound, from PCM to signals, on one core: what a candidate who speaks all the time costs."""

from itertools import islice
from pathlib import Path

import numpy as np

from analysis.audio.track import sound_windows
from analysis.audio.windows import ListeningState, Window, listen, signals, window_of_pcm
from analysis.detectors.voice import SileroVad
from tests.bench.costs import Cost, Meter, one_core

WARM_UP_WINDOWS = 5
MEASURED_WINDOWS = 60


def measure_hearing(clip: Path, models_dir: Path) -> Cost:
    """One stream, one second after the other; `experiments` has the same for several streams at once."""
    windows = [(pcm_of(window), window.t_ms) for window in islice(sound_windows(clip), MEASURED_WINDOWS)]
    meter = Meter()
    state: ListeningState | None = None
    with one_core():
        detector = SileroVad(models_dir, threads=1)
        for pcm, t_ms in windows:
            listened = meter.time(
                lambda pcm=pcm, t_ms=t_ms, state=state: listen(window_of_pcm(pcm, t_ms), detector, state)
            )
            signals(listened.sound)
            state = listened.state
    return meter.cost(warm_up=WARM_UP_WINDOWS)


def pcm_of(window: Window) -> bytes:
    """As a browser sends it."""
    return (window.samples * np.float32(32767)).astype("<i2").tobytes()
