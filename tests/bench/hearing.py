"""A second of sound, from PCM to signals, on one core: what a candidate who speaks all the time costs."""

import time
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from analysis.audio.track import sound_windows
from analysis.audio.windows import Window, listen, signals, window_of_pcm
from analysis.detectors.voice import SileroVad
from tests.bench.frame_path import one_core, spread

WARM_UP_WINDOWS = 5
MEASURED_WINDOWS = 60


@dataclass(frozen=True, slots=True)
class Hearing:
    """Milliseconds for one second of sound."""

    windows: int
    median_ms: float
    p95_ms: float


def measure_hearing(clip: Path, models_dir: Path) -> Hearing:
    windows = [(pcm_of(window), window.t_ms) for window in islice(sound_windows(clip), MEASURED_WINDOWS)]
    with one_core():
        detector = SileroVad(models_dir, threads=1)
        _hear(detector, windows[:WARM_UP_WINDOWS])
        spent = spread(_hear(detector, windows))
    return Hearing(len(windows), spent.median_ms, spent.p95_ms)


def pcm_of(window: Window) -> bytes:
    """As a browser sends it."""
    return (window.samples * 32767).astype("<i2").tobytes()


def _hear(detector: SileroVad, windows: list[tuple[bytes, int]]) -> list[float]:
    state, spent = None, []
    for pcm, t_ms in windows:
        began = time.perf_counter()
        listened = listen(window_of_pcm(pcm, t_ms), detector, state)
        signals(listened.sound)
        spent.append(1000 * (time.perf_counter() - began))
        state = listened.state
    return spent
