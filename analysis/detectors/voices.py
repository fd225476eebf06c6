"""Resemblyzer's speaker encoder (GE2E, Apache-2.0): 256 numbers for 1.6 s of speech; needs the `full` set.

Its weights lie in its wheel. It was trained on English audio books and interviews: other languages, children,
singing and voices that were changed on purpose are not measured. Overlapping voices give numbers of neither.

Source: Wan et al. 2018, "Generalized End-to-End Loss for Speaker Verification"; the `resemblyzer` package.
"""

from __future__ import annotations

import importlib
import importlib.util
import threading
import warnings
from functools import cache
from typing import Any

import numpy as np

from analysis.audio.vad import Samples
from analysis.audio.voices import NUMBERS, STRETCH_SAMPLES, Embeddings
from analysis.detectors.base import DetectorMissing, DetectorStatus

INSTALL = "resemblyzer is not installed; it comes with the `full` set (requirements/full.txt)"
FRAMES = 160
"""Spectra that a stretch is made of, one every 10 ms."""
LOUD_RMS = 10 ** (-30 / 20)
"""Quieter stretches are raised to the loudness that the network was trained with: -30 dB of full scale."""


class ResemblyzerVoices:
    """Equal stretches give equal numbers. Safe to call from several threads."""

    key = "voices"
    version = "resemblyzer-0.1"

    def __init__(self, threads: int = 1) -> None:
        """Import the library and read its weights, on the processor.

        Raises:
            DetectorMissing: when the full set is not installed, or does not load.
        """
        _check_installed()
        try:
            with warnings.catch_warnings():
                # It imports names that other packages are about to move; the pinned ones still have them.
                warnings.simplefilter("ignore")
                self._torch = importlib.import_module("torch")
                resemblyzer = importlib.import_module("resemblyzer")
                self._torch.set_num_threads(threads)
                self._encoder: Any = resemblyzer.VoiceEncoder("cpu", verbose=False).eval()
                self._spectra = resemblyzer.wav_to_mel_spectrogram
        except Exception as reason:  # whatever is broken in several gigabytes of packages
            raise DetectorMissing(f"resemblyzer does not load ({type(reason).__name__})") from reason
        self._lock = threading.Lock()

    def embed(self, stretches: Samples) -> Embeddings:
        """(n, 256) float32 of length 1 for (n, 25600) float32 samples in -1..1 at 16 kHz.

        Raises:
            ValueError: for stretches of another length.
        """
        if stretches.ndim != 2 or stretches.shape[1] != STRETCH_SAMPLES:
            raise ValueError(f"a stretch holds {STRETCH_SAMPLES} samples")
        if not len(stretches):
            return np.zeros((0, NUMBERS), np.float32)
        spectra = np.stack([self._spectra(_raised(one))[:FRAMES] for one in stretches])
        with self._lock, self._torch.inference_mode():
            numbers: Embeddings = self._encoder(self._torch.from_numpy(spectra)).numpy()
        # The network divides by a length that is 0 where it hears nothing at all.
        return np.nan_to_num(numbers)


def shared_voices() -> ResemblyzerVoices:
    """The one encoder of this process, loaded on the first call.

    Raises:
        DetectorMissing: with one clear line why there is none.
    """
    with _sharing:
        return _shared()


def voices_status() -> DetectorStatus:
    """Whether voices are told apart in this process, and in one line why not."""
    try:
        shared_voices()
    except DetectorMissing as reason:
        return DetectorStatus(ResemblyzerVoices.key, False, str(reason))
    return DetectorStatus(ResemblyzerVoices.key, True, "")


_sharing = threading.Lock()


@cache
def _shared() -> ResemblyzerVoices:
    return ResemblyzerVoices()


def _check_installed() -> None:
    if any(importlib.util.find_spec(name) is None for name in ("resemblyzer", "torch", "librosa")):
        raise DetectorMissing(INSTALL)


def _raised(samples: Samples) -> Samples:
    rms = float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))
    return samples * np.float32(LOUD_RMS / rms) if 0.0 < rms < LOUD_RMS else samples
