"""The vocabulary of a bad line: what a proxy does to the connections that pass through it."""

import random
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weather:
    """What happens on the line from now on; the default is a clear day.

    `latency_ms` and `jitter_ms` delay every chunk, `bytes_per_s` narrows each direction, `slice_bytes` cuts
    chunks into pieces. A `blackhole` holds everything back and tells nobody, as a cable that is pulled.
    `reset_after_ms` and `limit_bytes` cut a connection by its age or by what it has carried, and
    `answer` is said to whoever asks anything, in place of the server.
    """

    latency_ms: int = 0
    jitter_ms: int = 0
    bytes_per_s: int | None = None
    slice_bytes: int | None = None
    blackhole: bool = False
    reset_after_ms: int | None = None
    limit_bytes: int | None = None
    answer: bytes | None = None

    def delay_s(self, dice: random.Random) -> float:
        return max(0.0, self.latency_ms + dice.uniform(-self.jitter_ms, self.jitter_ms)) / 1000

    def takes_s(self, size: int) -> float:
        """How long so many bytes need on a line of this width."""
        return size / self.bytes_per_s if self.bytes_per_s else 0.0

    def slices(self, chunk: bytes) -> Iterator[bytes]:
        size = self.slice_bytes or len(chunk)
        return (chunk[start : start + size] for start in range(0, len(chunk), size))


CLEAR = Weather()
