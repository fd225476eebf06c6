"""What one picture costs every program of the production profile, and what it asks of PostgreSQL.

`python -m tests.bench.pictures` prints JSON: processor time by program, and the statements of all programs by
the time that they took. Candidates who only report events are measured first; what others need who send a
picture a second beside is the pictures'.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import LiteralString

import psycopg

from bench.crowd import Plan
from bench.load import CLIENT, CrowdOrder, Load, put_load
from tests.bench.frame_path import clip_jpegs
from tests.bench.machine import recording, this_machine
from tests.load.scenes import EVENTS_ONLY, watched_by_name
from tests.services.process import ServiceFailed
from tests.stack.services import Services, running_services
from tests.stack.stack import Stack, running_stack

CANDIDATES = 5
SECONDS = 40.0
RAMP_S = 5.0
WARM_UP_S = 10.0
JPEGS = 30
DEAREST = 30

DEAREST_STATEMENTS: LiteralString = """
    SELECT calls, total_plan_time + total_exec_time AS ms, wal_bytes::float8, query FROM pg_stat_statements
    WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY ms DESC LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Statement:
    """`times` and `ms` of one picture; `text` without its values."""

    times: float
    ms: float
    written_ahead_bytes: float
    text: str


@dataclass(frozen=True, slots=True)
class PictureCosts:
    """`ms` of processor time by program; `begun_connections` beside those that were open already."""

    pictures: int
    recorded_a_second: float
    ms: dict[str, float]
    begun_connections: float
    statements: tuple[Statement, ...]


def measure_pictures(
    jpegs: Sequence[bytes],
    models_dir: Path,
    *,
    candidates: int = CANDIDATES,
    seconds: float = SECONDS,
) -> PictureCosts:
    with counting_services() as services:
        environment = {"MODELS_DIR": str(models_dir.resolve())}
        with running_stack(services=services, environment=environment) as stack:
            # The first pictures load what looks at them.
            _load(stack, "Warming", candidates, WARM_UP_S, jpegs=jpegs)
            beside = _load(stack, "Events", candidates, seconds, exam=EVENTS_ONLY)
            _forget_statements(services)
            begun = _begun_connections(services)
            load = _load(stack, "Pictures", candidates, seconds, jpegs=jpegs)
            # The one that counts is itself one of them.
            begun = _begun_connections(services) - begun - 1
            return costs_of(beside, load, begun, _statements(services, _recorded(load)))


def costs_of(beside: Load, load: Load, begun: int, statements: tuple[Statement, ...]) -> PictureCosts:
    """What is left of a second beside its events, for each picture of it."""
    rate = load.crowds[0].frames.recorded_a_second
    if not rate:
        raise ServiceFailed("No picture was recorded, so there is nothing to count.")
    spent = {
        name: (used.core_percent or 0.0) - (beside.used[name].core_percent or 0.0)
        for name, used in load.used.items()
        if name != CLIENT
    }
    pictures = _recorded(load)
    return PictureCosts(
        pictures=pictures,
        recorded_a_second=rate,
        ms={name: round(max(0.0, 10 * percent / rate), 2) for name, percent in spent.items()},
        begun_connections=round(begun / pictures, 2),
        statements=statements,
    )


def _recorded(load: Load) -> int:
    """Of the whole load, its ramp too."""
    return load.crowds[0].frames.outcomes.get("recorded", 0)


def _load(
    stack: Stack,
    institution: str,
    candidates: int,
    seconds: float,
    *,
    jpegs: Sequence[bytes] = (),
    exam: dict[str, bool] | None = None,
) -> Load:
    seeded = stack.seed(candidates=candidates, institution=institution, exam=exam or {})
    senders = candidates if jpegs else 0
    # What is malformed is refused before anything is asked of the database.
    plan = Plan(ramp_s=RAMP_S, hold_s=seconds, frame_senders=senders, malformed=0.0, duplicates=0.0)
    order = CrowdOrder(institution, seeded.for_load(), plan)
    return asyncio.run(put_load(stack.url, [order], jpegs=jpegs, watched=watched_by_name(stack)))


@contextmanager
def counting_services() -> Iterator[Services]:
    """With a PostgreSQL that counts its statements and how long they take."""
    with running_services() as services:
        _tell(services, "ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'")
        services.postgres.program.stop()
        services.postgres.program.start()
        _tell(services, "CREATE EXTENSION pg_stat_statements")
        _tell(services, "ALTER SYSTEM SET pg_stat_statements.track_planning = on")
        _tell(services, "SELECT pg_reload_conf()")
        yield services


def _forget_statements(services: Services) -> None:
    _tell(services, "SELECT pg_stat_statements_reset()")


def _tell(services: Services, statement: LiteralString) -> None:
    with psycopg.connect(services.reading_url, autocommit=True) as database:
        database.execute(statement)


def _begun_connections(services: Services) -> int:
    with psycopg.connect(services.reading_url) as database:
        row = database.execute(
            "SELECT sessions FROM pg_stat_database WHERE datname = current_database()"
        ).fetchone()
    assert row is not None
    return int(row[0])


def _statements(services: Services, pictures: int) -> tuple[Statement, ...]:
    with psycopg.connect(services.reading_url) as database:
        rows = database.execute(DEAREST_STATEMENTS, [DEAREST]).fetchall()
    return tuple(
        Statement(
            round(calls / pictures, 2),
            round(ms / pictures, 3),
            round(written / pictures),
            " ".join(text.split()),
        )
        for calls, ms, written, text in rows
    )


def main(arguments: Sequence[str]) -> int:
    options = argparse.ArgumentParser(prog="python -m tests.bench.pictures")
    options.add_argument("--candidates", type=int, default=CANDIDATES)
    options.add_argument("--seconds", type=float, default=SECONDS, help="that count, of each of both loads")
    chosen = options.parse_args(arguments)
    clip, models_dir = recording()
    jpegs = clip_jpegs(clip, JPEGS, samples_per_s=1.0)
    costs = measure_pictures(jpegs, models_dir, candidates=chosen.candidates, seconds=chosen.seconds)
    print(json.dumps({"machine": asdict(this_machine()), "a_picture": asdict(costs)}, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
