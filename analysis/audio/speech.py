"""From probabilities of voice to speech: pure, one second after the other, equal input gives equal output.

Thresholds: voice begins above 0.5 and ends below 0.35; gaps under 0.3 s are part of speech, stretches under
0.25 s are none, and 64 ms on either side belong to it; somebody speaks where 1.5 s of the last 5 s are
speech.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import numpy.typing as npt

from analysis.audio.vad import CHUNK_MS

ENTER, LEAVE = 0.5, 0.35
LEAST_MS, MERGE_MS = 250, 300
WITHIN_MS, SPEAKS_MS = 5000, 1500
_LEAST = -(-LEAST_MS // CHUNK_MS)
_MERGE = MERGE_MS // CHUNK_MS
_EDGE = 2
_WITHIN = WITHIN_MS // CHUNK_MS

Run = tuple[bool, int]


@dataclass(frozen=True, slots=True)
class SpeechState:
    """The last 5 s: for every chunk of 32 ms whether it was voice, by the two thresholds alone."""

    voiced: tuple[bool, ...] = ()

    def to_bytes(self) -> bytes:
        return bytes(self.voiced)

    @classmethod
    def from_bytes(cls, data: bytes) -> SpeechState:
        return cls(tuple(map(bool, data)))

    def after_silence(self, silent_ms: int) -> SpeechState:
        """The state after a time in which nothing was loud enough to be sent."""
        return SpeechState((*self.voiced, *(False,) * min(_WITHIN, silent_ms // CHUNK_MS))[-_WITHIN:])


@dataclass(frozen=True, slots=True)
class Spoken:
    """What one stretch told.

    `share` is the part of it that is speech, 0..1; `speaks` whether it is part of somebody's speaking: it
    holds speech, and the last 5 s hold enough.
    """

    speaks: bool
    share: float
    state: SpeechState


def follow(probabilities: npt.NDArray[np.float32], state: SpeechState) -> Spoken:
    """Go on with (chunks,) probabilities of voice."""
    talking = state.voiced[-1] if state.voiced else False
    fresh = []
    for probability in probabilities.tolist():
        talking = probability >= (LEAVE if talking else ENTER)
        fresh.append(talking)
    voiced = (*state.voiced, *fresh)[-_WITHIN:]
    speech = tidy(voiced)
    newest = speech[-len(fresh) :] if fresh else ()
    share = sum(newest) / len(newest) if newest else 0.0
    enough = sum(speech) * CHUNK_MS >= SPEAKS_MS
    return Spoken(enough and share > 0, round(share, 3), SpeechState(voiced))


def tidy(voiced: Iterable[bool]) -> tuple[bool, ...]:
    """Close short gaps between voice, leave out what is too short to be a syllable, add the quiet edges.

    A stretch that touches the beginning is kept: it may have begun long before.
    """
    runs = _runs(_close(_runs(voiced)))
    kept = [
        value and (index == 0 or length >= _LEAST)
        for index, (value, length) in enumerate(runs)
        for _ in range(length)
    ]
    return tuple(any(kept[max(0, place - _EDGE) : place + _EDGE + 1]) for place in range(len(kept)))


def _close(runs: list[Run]) -> Iterator[bool]:
    last = len(runs) - 1
    for index, (value, length) in enumerate(runs):
        gap = not value and 0 < index < last and length <= _MERGE
        yield from (value or gap for _ in range(length))


def _runs(values: Iterable[bool]) -> list[Run]:
    return [(value, sum(1 for _ in group)) for value, group in groupby(values)]
