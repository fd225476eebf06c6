"""The sound of a recorded video in windows of one second, as a candidate's room would send it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import av.error
import numpy as np

from analysis.audio.vad import RATE_HZ, Samples
from analysis.audio.windows import LEAST_SAMPLES, WINDOW_MS, WINDOW_SAMPLES, Window
from analysis.video import CONTAINERS, VideoRefused


def sound_windows(path: Path) -> Iterator[Window]:
    """Yield the windows of a file's first sound track, 16 kHz mono; none where it has no sound.

    Time counts from the file's beginning. A rest shorter than 0.1 s is left out.

    Raises:
        VideoRefused: for a file that cannot be read; damage further on is told when that place is reached.
    """
    rest = np.zeros(0, np.float32)
    taken = 0
    for samples in _samples(path):
        rest = np.concatenate((rest, samples))
        while len(rest) >= WINDOW_SAMPLES:
            yield Window(taken * WINDOW_MS, rest[:WINDOW_SAMPLES])
            rest = rest[WINDOW_SAMPLES:]
            taken += 1
    if len(rest) >= LEAST_SAMPLES:
        yield Window(taken * WINDOW_MS, rest)


def read_sound(path: Path) -> Samples:
    """A whole sound file as (n,) float32 samples in -1..1 at 16 kHz mono; empty where it has no sound.

    Raises:
        VideoRefused: for a file that cannot be read.
    """
    return np.concatenate((np.zeros(0, np.float32), *_samples(path)))


def _samples(path: Path) -> Iterator[Samples]:
    with _open(path) as container:
        if not container.streams.audio:
            return
        resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE_HZ)
        try:
            for frame in container.decode(container.streams.audio[0]):
                yield from (
                    np.asarray(part.to_ndarray()[0], np.float32) for part in resampler.resample(frame)
                )
            yield from (np.asarray(part.to_ndarray()[0], np.float32) for part in resampler.resample(None))
        except av.error.FFmpegError as reason:
            raise VideoRefused(f"{path.name}: the sound is damaged ({reason.strerror})") from reason


def _open(path: Path) -> av.container.InputContainer:
    if not path.is_file():
        raise VideoRefused(f"{path}: there is no such file")
    formats = f"{CONTAINERS},wav,flac,mp3"
    try:
        return av.open(str(path), options={"protocol_whitelist": "file", "format_whitelist": formats})
    except (av.error.FFmpegError, ValueError) as reason:
        raise VideoRefused(f"{path.name}: this is no sound that can be read") from reason
