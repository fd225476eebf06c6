"""A recording for Chromium's fake microphone: WAV, 48 kHz, mono, after some seconds of a quiet room."""

import wave
from pathlib import Path

import av
import numpy as np

RATE_HZ = 48_000
NOISE = 30
"""Of 32767: what a quiet room gives even the best microphone."""


def write_wav(recording: Path, target: Path, *, from_s: float, to_s: float, silent_s: float) -> Path:
    """A part of a recording after some seconds of a quiet room; Chromium plays it in a loop."""
    sound = _samples(recording)[round(from_s * RATE_HZ) : round(to_s * RATE_HZ)]
    room = np.random.default_rng(1).normal(0, NOISE, round(silent_s * RATE_HZ)).astype("<i2")
    with wave.open(str(target), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(np.concatenate((room, sound)).astype("<i2").tobytes())
    return target


def _samples(recording: Path) -> np.ndarray:
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE_HZ)
    with av.open(str(recording)) as container:
        parts = [
            part.to_ndarray()[0]
            for frame in container.decode(container.streams.audio[0])
            for part in resampler.resample(frame)
        ]
    return np.concatenate(parts)
