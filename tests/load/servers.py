"""`python -m tests.load.servers`: the same load on every server that could carry web processes.

Prints a table and writes var/servers.json. A server whose packages are not installed is named and left out:
they are needed for this alone.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from bench.load import Load, Used
from tests.bench.machine import this_machine
from tests.load.scenes import Scale, events
from tests.load.table import markdown
from tests.services.process import ServiceFailed
from tests.stack.servers import OURS, SERVERS, missing
from tests.stack.services import Services, running_services
from tests.stack.stack import ROOT, Worker, running_stack

FIGURES = ROOT / "var" / "servers.json"
COLUMNS = (
    *(
        "server",
        "acked/s",
        "p50 ms",
        "p95 ms",
        "p99 ms",
        "web ms an event",
        "web MB",
        "PostgreSQL ms an event",
    ),
    *("lost", "unanswered", "reconnects"),
)
# Flags and sweeps go on beside; frames would only add noise.
WORKERS = (Worker("jobs", ("jobs", "celery", "webhooks", "folds", "evidence")),)


@dataclass(frozen=True, slots=True)
class Served:
    server: str
    load: Load


def main(arguments: Sequence[str]) -> int:
    options = argparse.ArgumentParser(prog="python -m tests.load.servers")
    options.add_argument("--candidates", type=int, default=500)
    options.add_argument("--hold", type=float, default=60.0, help="seconds that count")
    options.add_argument("--only", nargs="+", default=[OURS, *SERVERS], help="names of servers")
    chosen = options.parse_args(arguments)
    unknown = set(chosen.only) - {OURS, *SERVERS}
    if unknown:
        print(
            f"No such server: {', '.join(sorted(unknown))}. Known: {'; '.join([OURS, *SERVERS])}",
            file=sys.stderr,
        )
        return 2
    scale = Scale(chosen.candidates, 10, chosen.hold, 0, 0, 0, 0)
    machine = this_machine()
    with running_services() as services:
        served = [one for server in chosen.only if (one := _measure(services, server, scale)) is not None]
    print(markdown(COLUMNS, [_row(one) for one in served]))
    FIGURES.parent.mkdir(exist_ok=True)
    figures = {"machine": asdict(machine), "servers": [asdict(one) for one in served]}
    FIGURES.write_text(json.dumps(figures, indent=2) + "\n")
    return 0


def _measure(services: Services, server: str, scale: Scale) -> Served | None:
    absent = missing(server)
    if absent:
        print(f"{server}: left out, {' and '.join(absent)} not installed here.")
        return None
    try:
        with running_stack(services=services, server=server, workers=WORKERS) as stack:
            return Served(server, events(stack, scale, institution=f"On {server}").load)
    except (ServiceFailed, TimeoutError) as error:
        print(f"{server}: left out: {error or 'nobody could connect'}")
        return None


def _row(served: Served) -> tuple[object, ...]:
    (crowd,) = served.load.crowds
    ack = crowd.events.ack
    return (
        *(served.server, crowd.events.acked_a_second, ack.p50_ms, ack.p95_ms, ack.p99_ms),
        *(_ms_an_event(served.load, "web"), served.load.used["web"].memory_mb),
        _ms_an_event(served.load, "PostgreSQL"),
        *(crowd.events.lost, crowd.events.unanswered, crowd.reconnects),
    )


def _ms_an_event(load: Load, program: str) -> float | None:
    """Processor time of the program for each event that was acknowledged."""
    used: Used = load.used[program]
    rate = load.crowds[0].events.acked_a_second
    return None if used.core_percent is None or not rate else round(10 * used.core_percent / rate, 2)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
