"""How fast the API answers many programs at once: web processes of the production profile on PostgreSQL.

`python -m tests.bench.requests` prints JSON: 50 programs that never pause, and at rates that rise until 95 of
100 answers take 100 ms. The web processes, their database and the programs share the machine.
"""

import asyncio
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from bench.tree import processor_ms
from tests.bench.machine import this_machine
from tests.bench.programs import CALLS, Answered, Call, Caller, ask_together
from tests.stack.stack import running_stack

CLIENTS = 50
PROCESSES = 2
SECONDS = 8.0
WARM_UP_S = 2.0
WANTED_P95_MS = 100.0
# Of all programs together; a connection that rests for five seconds is closed by the server.
RATES_A_SECOND = (12.5, 25.0, 37.5, 50.0, 62.5, 75.0, 100.0, 125.0, 150.0, 200.0)


@dataclass(frozen=True, slots=True)
class Answers:
    """`asked_a_second` is None where nobody pauses. The processor's time is the web processes' own."""

    clients: int
    asked_a_second: float | None
    requests: int
    refused: int
    answered_a_second: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    processor_ms: float | None

    @property
    def is_fast(self) -> bool:
        return self.p95_ms < WANTED_P95_MS and not self.refused


@dataclass(frozen=True, slots=True)
class Measured:
    """`highest_fast_rate` is the last rate a second at which 95 of 100 answers took less than 100 ms."""

    without_pause: Answers
    at_rates: list[Answers]

    @property
    def highest_fast_rate(self) -> float | None:
        return max((one.asked_a_second or 0 for one in self.at_rates if one.is_fast), default=None)

    def shown(self) -> dict[str, object]:
        return {**asdict(self), "highest_fast_rate": self.highest_fast_rate}


@dataclass(frozen=True, slots=True)
class Served:
    url: str
    process_ids: list[int]
    callers: list[Caller]


def measure_requests(
    *,
    clients: int = CLIENTS,
    processes: int = PROCESSES,
    seconds: float = SECONDS,
    rates_a_second: Sequence[float] = RATES_A_SECOND,
) -> dict[str, Measured]:
    with _served(clients, processes) as served:
        return {call.name: _measure(served, call, seconds, rates_a_second) for call in CALLS}


def _measure(served: Served, call: Call, seconds: float, rates_a_second: Sequence[float]) -> Measured:
    """First as fast as it goes, which also warms up; then faster and faster until it is too slow."""
    asyncio.run(ask_together(served.url, call, served.callers, every_s=0.0, seconds=WARM_UP_S))
    without_pause = _timed(served, call, None, seconds)
    at_rates: list[Answers] = []
    for rate in rates_a_second:
        at_rates.append(_timed(served, call, rate, seconds))
        if not at_rates[-1].is_fast:
            break
    return Measured(without_pause, at_rates)


def _timed(served: Served, call: Call, rate: float | None, seconds: float) -> Answers:
    every_s = len(served.callers) / rate if rate else 0.0
    # Whoever asks seldom is listened to for two turns at least.
    seconds = max(seconds, 2 * every_s)
    began_s, before_ms = time.monotonic(), _used_ms(served)
    answered = asyncio.run(ask_together(served.url, call, served.callers, every_s=every_s, seconds=seconds))
    took_s, after_ms = time.monotonic() - began_s, _used_ms(served)
    used_ms = None if before_ms is None or after_ms is None else after_ms - before_ms
    return summary(answered, len(served.callers), rate, took_s, used_ms)


def _used_ms(served: Served) -> float | None:
    """Of the processor by all web processes; None where the kernel does not tell."""
    used = [processor_ms(process_id) for process_id in served.process_ids]
    known = [used_ms for used_ms in used if used_ms is not None]
    return sum(known) if known else None


def summary(
    answered: list[Answered], clients: int, rate: float | None, seconds: float, used_ms: float | None
) -> Answers:
    ordered = sorted(one.took_ms for one in answered)
    places = (min(len(ordered) - 1, len(ordered) * part // 100) for part in (50, 95, 99))
    p50_ms, p95_ms, p99_ms = (round(ordered[place], 1) for place in places)
    return Answers(
        clients=clients,
        asked_a_second=rate,
        requests=len(ordered),
        refused=sum(one.status >= 400 for one in answered),
        answered_a_second=round(len(ordered) / seconds, 1),
        p50_ms=p50_ms,
        p95_ms=p95_ms,
        p99_ms=p99_ms,
        processor_ms=None if used_ms is None else round(used_ms / len(ordered), 1),
    )


@contextmanager
def _served(clients: int, processes: int) -> Iterator[Served]:
    with running_stack(web=processes, workers=()) as stack:
        seeded = json.loads(stack.run("-m", "tests.bench.request_seed", str(clients)))
        callers = [Caller(**row) for row in seeded]
        yield Served(stack.url, [program.pid for program in stack.web], callers)


if __name__ == "__main__":
    measured = {name: one.shown() for name, one in measure_requests().items()}
    print(json.dumps({"machine": asdict(this_machine()), "requests": measured}, indent=2))
