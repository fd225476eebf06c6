"""What a piece of work costs: time of the processor, and time by the clock."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import TypeVar

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Cost:
    """Medians and 95th percentiles of single calls; on a shared machine the processor's time counts."""

    calls: int
    processor_ms: float
    processor_p95_ms: float
    wall_ms: float
    wall_p95_ms: float


@dataclass(slots=True)
class Meter:
    """Times calls one by one; `parts` divides a call's time where it does several pieces of work."""

    parts: int = 1
    processor_ms: list[float] = field(default_factory=list)
    wall_ms: list[float] = field(default_factory=list)

    def time(self, work: Callable[[], Answer]) -> Answer:
        wall_s, processor_s = time.perf_counter(), time.process_time()
        answer = work()
        self.processor_ms.append(1000 * (time.process_time() - processor_s) / self.parts)
        self.wall_ms.append(1000 * (time.perf_counter() - wall_s) / self.parts)
        return answer

    def cost(self, *, warm_up: int = 0) -> Cost:
        """Of all calls but the first few."""
        processor_ms, wall_ms = self.processor_ms[warm_up:], self.wall_ms[warm_up:]
        return Cost(
            len(processor_ms),
            round(median(processor_ms), 2),
            round(percentile95(processor_ms), 2),
            round(median(wall_ms), 2),
            round(percentile95(wall_ms), 2),
        )

    @property
    def total_ms(self) -> float:
        return sum(self.processor_ms) * self.parts


def percentile95(values: list[float]) -> float:
    return sorted(values)[int(0.95 * (len(values) - 1))]


@contextmanager
def one_core() -> Iterator[None]:
    """Threads that the detectors start inside inherit the one core."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)
