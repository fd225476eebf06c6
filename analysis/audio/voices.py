"""Whether a second voice speaks: stretches of speech as numbers, split in two. Pure; names nobody.

A stretch is 1.6 s of speech, pauses left out; less of it decides nothing. The stretches of a sitting's first
voice are kept beside the newest ones and split into two groups; where the groups lie further apart than one
person's stretches do, there are two voices, and the second is the one that did not come first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from analysis.audio.vad import RATE_HZ, Samples
from analysis.reading import Reading

STRETCH_MS, HOP_MS = 1600, 500
STRETCH_SAMPLES = STRETCH_MS * RATE_HZ // 1000
HOP_SAMPLES = HOP_MS * RATE_HZ // 1000
NUMBERS = 256
FIRST, RECENT = 10, 30
"""Stretches of the first voice that are kept for the whole sitting, and of the newest speech: 5 and 15 s."""
LEAST_STRETCHES, LEAST_OF_A_VOICE = 4, 3
APART = 0.25
"""One minus the cosine between the middles of two groups from which on they are two voices."""
_ROUNDS = 20
_STRAYS = 2
_COUNT_BYTES = 1

Embeddings = npt.NDArray[np.float32]
Group = npt.NDArray[np.bool_]


class SpeakerEncoder(Protocol):
    """Turns stretches of speech into numbers that lie near each other for one voice."""

    key: str
    version: str

    def embed(self, stretches: Samples) -> Embeddings:
        """(n, 256) float32 of length 1 for (n, 25600) float32 samples in -1..1 at 16 kHz."""


@dataclass(frozen=True, slots=True, eq=False)
class VoiceMemory:
    """Stretches of a sitting as numbers: `first` is (0 to 10, 256) and `recent` (0 to 30, 256), float32."""

    first: Embeddings
    recent: Embeddings

    @classmethod
    def fresh(cls) -> VoiceMemory:
        """Before anybody spoke."""
        nothing = np.zeros((0, NUMBERS), np.float32)
        return cls(nothing, nothing)

    @property
    def all(self) -> Embeddings:
        return np.concatenate((self.first, self.recent))

    def after(self, embeddings: Embeddings) -> VoiceMemory:
        """The first ones stay; of the others only the newest."""
        room = FIRST - len(self.first)
        first = np.concatenate((self.first, embeddings[:room]))
        return VoiceMemory(first, np.concatenate((self.recent, embeddings[room:]))[-RECENT:])

    def to_bytes(self) -> bytes:
        return len(self.first).to_bytes(_COUNT_BYTES, "little") + self.all.astype("<f2").tobytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> VoiceMemory:
        """The memory that `to_bytes` wrote.

        Raises:
            ValueError: for bytes that are no such memory.
        """
        if not data or (len(data) - _COUNT_BYTES) % (2 * NUMBERS):
            raise ValueError("this is no memory of voices")
        rows = np.frombuffer(data[_COUNT_BYTES:], "<f2").astype(np.float32).reshape(-1, NUMBERS)
        if not data[0] <= min(FIRST, len(rows)) or len(rows) - data[0] > RECENT:
            raise ValueError("this is no memory of voices")
        return cls(rows[: data[0]], rows[data[0] :])


@dataclass(frozen=True, slots=True)
class Voices:
    """What a second of sound told of voices. `count` is 1, or 2 for two and more; `second` whether the newest
    stretch is not of the first voice; `distance` 0..1 how far the two groups lie apart, 0 for one group.
    """

    count: Reading[int]
    second: Reading[bool]
    distance: Reading[float]


@dataclass(frozen=True, slots=True)
class Split:
    """Two groups of stretches: how far apart, and for each stretch whether it is of the second voice."""

    distance: float
    second: Group


def stretches_of(speech: Samples) -> tuple[Samples, Samples]:
    """(n, 25600) stretches that begin every 0.5 s of (m,) samples of speech, and what is left for later."""
    count = max(0, (len(speech) - STRETCH_SAMPLES) // HOP_SAMPLES + 1)
    starts = [HOP_SAMPLES * index for index in range(count)]
    if not starts:
        return np.zeros((0, STRETCH_SAMPLES), np.float32), speech
    cut = np.stack([speech[start : start + STRETCH_SAMPLES] for start in starts])
    return cut, speech[HOP_SAMPLES * count :]


def unknown_voices(encoder: SpeakerEncoder) -> Voices:
    """Nothing can be said: too little speech in this second, or in the sitting so far."""
    key, version = encoder.key, encoder.version
    return Voices(
        Reading(None, 0.0, key, version), Reading(None, 0.0, key, version), Reading(None, 0.0, key, version)
    )


def tell(
    newest: Embeddings, memory: VoiceMemory, quality: float, encoder: SpeakerEncoder
) -> tuple[Voices, VoiceMemory]:
    """What (n, 256) embeddings of the newest second tell beside those before, and the memory after them."""
    after = memory.after(newest)
    heard = np.concatenate((memory.all, newest))
    if not len(newest) or len(heard) < LEAST_STRETCHES:
        return unknown_voices(encoder), after
    found = split(heard)
    several = found.distance >= APART
    second = several and bool(found.second[-len(newest) :].all())
    key, version = encoder.key, encoder.version
    told = Voices(
        count=Reading(2 if several else 1, quality, key, version),
        second=Reading(second, quality, key, version),
        distance=Reading(round(found.distance, 3), quality, key, version),
    )
    return told, after


def split(heard: Embeddings) -> Split:
    """(n, 256) embeddings, the first voice's before the others, in two groups.

    A stretch that stays alone is a cough or a laugh, no voice, and is set aside; twice at most.
    """
    second = np.zeros(len(heard), np.bool_)
    kept = np.arange(len(heard))
    for _ in range(_STRAYS + 1):
        if len(kept) < LEAST_STRETCHES:
            break
        other, distance = _two_groups(heard[kept])
        if min(other.sum(), (~other).sum()) >= LEAST_OF_A_VOICE:
            second[kept] = _not_first(other)
            return Split(distance, second)
        kept = kept[other == (other.sum() > 1)]
    return Split(0.0, second)


def _two_groups(heard: Embeddings) -> tuple[Group, float]:
    """Two means on the sphere, from the two that are least alike; equal input gives equal groups."""
    alike = heard @ heard.T
    one, two = np.unravel_index(int(alike.argmin()), alike.shape)
    middles = heard[[one, two]]
    other = np.zeros(len(heard), np.bool_)
    for _ in range(_ROUNDS):
        before, other = other, heard @ middles[1] > heard @ middles[0]
        if not other.any() or other.all() or (before == other).all():
            break
        middles = np.stack((_middle(heard[~other]), _middle(heard[other])))
    return other, float(1.0 - middles[0] @ middles[1])


def _not_first(other: Group) -> Group:
    """Whoever owns most of the first stretches came first; the very first decides between equals."""
    first = other[:FIRST]
    came_second = int(first.sum()) * 2 < len(first) or (int(first.sum()) * 2 == len(first) and not other[0])
    return other if came_second else ~other


def _middle(rows: Embeddings) -> Embeddings:
    total = rows.sum(axis=0)
    middle: Embeddings = total / max(float(np.linalg.norm(total)), 1e-6)
    return middle
