"""What is asked of a voice activity detector on 16 kHz mono sound: a probability for every 32 ms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]

RATE_HZ = 16_000
CHUNK = 512
"""Samples that one probability is about: 32 ms."""
CHUNK_MS = 1000 * CHUNK // RATE_HZ
CONTEXT = 64
"""The network also hears the last samples of the chunk before."""
MEMORY_SHAPE = (2, 1, 128)


@dataclass(frozen=True, slots=True, eq=False)
class VadState:
    """What is carried from one stretch of a stream to the next.

    `memory` is (2, 1, 128) float32, the network's own; `context` is (64,) and `rest` fewer than 512 samples
    that did not fill a chunk, both float32 in -1..1.
    """

    memory: npt.NDArray[np.float32]
    context: Samples
    rest: Samples

    @classmethod
    def fresh(cls) -> VadState:
        """Before anything was heard."""
        empty = np.zeros(0, np.float32)
        return cls(np.zeros(MEMORY_SHAPE, np.float32), np.zeros(CONTEXT, np.float32), empty)

    def to_bytes(self) -> bytes:
        return b"".join(part.tobytes() for part in (self.memory, self.context, self.rest))

    @classmethod
    def from_bytes(cls, data: bytes) -> VadState:
        """The state that `to_bytes` wrote.

        Raises:
            ValueError: for bytes of another length than any state has.
        """
        values = np.frombuffer(data, np.float32)
        size = int(np.prod(MEMORY_SHAPE))
        if not size + CONTEXT <= len(values) < size + CONTEXT + CHUNK:
            raise ValueError("this is not the state of a voice detector")
        memory, context, rest = np.split(values, [size, size + CONTEXT])
        return cls(memory.reshape(MEMORY_SHAPE), context, rest)


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """`probabilities` is (chunks,) float32 in 0..1, one for each chunk completed, and what comes next."""

    probabilities: npt.NDArray[np.float32]
    state: VadState


@dataclass(frozen=True, slots=True, eq=False)
class Passage:
    """What comes next in one stream: (n,) float32 samples in -1..1 at 16 kHz; n may be anything."""

    samples: Samples
    state: VadState


class VoiceDetector(Protocol):
    """What tells speech from other sound, chunk by chunk. Safe to call from several threads."""

    key: str
    version: str

    def listen(self, samples: Samples, state: VadState) -> Heard:
        """Go on in one stream with (n,) float32 samples in -1..1 at 16 kHz."""

    def listen_together(self, passages: Sequence[Passage]) -> list[Heard]:
        """Go on in as many streams as there are passages, each a stream of its own."""
