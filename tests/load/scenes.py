"""What is asked of the stack, one scene after another, each by candidates of its own."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import psycopg

from bench.crowd import Plan
from bench.load import CrowdOrder, Load, put_load
from tests.stack.seeded import Seeded
from tests.stack.stack import Stack

# Without a camera nobody misses frames; with one, a silence of frames is itself a flag.
EVENTS_ONLY = {"watch_webcam": False}


@dataclass(frozen=True, slots=True)
class Scale:
    """How much of everything: the full form is for figures, the short one tells whether it still works."""

    candidates: int
    ramp_s: float
    hold_s: float
    frame_candidates: int
    frame_hold_s: float
    quiet: int
    noisy_s: float


FULL = Scale(1000, 60, 120, 20, 45, 50, 45)
SHORT = Scale(60, 3, 10, 4, 10, 10, 10)


@dataclass(frozen=True, slots=True)
class Stored:
    """By how much the database grew during a scene, and how much it wrote ahead."""

    database_bytes: int
    wal_bytes: int


@dataclass(frozen=True, slots=True)
class Scene:
    name: str
    load: Load
    stored: Stored


def events(stack: Stack, scale: Scale, *, institution: str = "Events") -> Scene:
    """Everybody's event a second, and no pictures."""
    seeded = stack.seed(candidates=scale.candidates, institution=institution, exam=EVENTS_ONLY)
    order = _order("candidates", seeded, Plan(ramp_s=scale.ramp_s, hold_s=scale.hold_s))
    return _scene(stack, "events", [order])


def frames(stack: Stack, scale: Scale, jpegs: Sequence[bytes]) -> Scene:
    """A picture and an event a second."""
    seeded = stack.seed(candidates=scale.frame_candidates, institution="Frames")
    plan = Plan(ramp_s=5, hold_s=scale.frame_hold_s, frame_senders=scale.frame_candidates)
    return _scene(stack, "frames", [_order("candidates", seeded, plan)], jpegs)


def noisy(stack: Stack, scale: Scale, jpegs: Sequence[bytes]) -> tuple[Scene, Scene]:
    """A quiet institution alone, and then beside one that sends ten times its share of everything."""
    senders = max(2, scale.frame_candidates // 5)
    plan = Plan(ramp_s=5, hold_s=scale.noisy_s, frame_senders=senders)
    loud = Plan(ramp_s=5, hold_s=scale.noisy_s, frame_senders=10 * senders, event_interval_s=0.1)
    alone = stack.seed(candidates=scale.quiet, institution="Alone")
    quiet = stack.seed(candidates=scale.quiet, institution="Quiet")
    noise = stack.seed(candidates=scale.quiet, institution="Noise")
    return (
        _scene(stack, "quiet alone", [_order("quiet", alone, plan)], jpegs),
        _scene(
            stack, "quiet beside noise", [_order("quiet", quiet, plan), _order("noisy", noise, loud)], jpegs
        ),
    )


def _order(name: str, seeded: Seeded, plan: Plan) -> CrowdOrder:
    return CrowdOrder(name, seeded.for_load(), plan)


def _scene(stack: Stack, name: str, orders: Sequence[CrowdOrder], jpegs: Sequence[bytes] = ()) -> Scene:
    database_url = stack.services.reading_url
    before = _stored(database_url)
    putting = put_load(
        stack.url, orders, jpegs=jpegs, database_url=database_url, watched=watched_by_name(stack)
    )
    load, after = asyncio.run(putting), _stored(database_url)
    grown = Stored(after.database_bytes - before.database_bytes, after.wal_bytes - before.wal_bytes)
    return Scene(name, load, grown)


def _stored(database_url: str) -> Stored:
    with psycopg.connect(database_url) as database:
        row = database.execute(
            "SELECT pg_database_size(current_database()), pg_current_wal_lsn() - '0/0'::pg_lsn"
        ).fetchone()
    assert row is not None
    return Stored(int(row[0]), int(row[1]))


def watched_by_name(stack: Stack) -> dict[str, list[int]]:
    return {
        "web": [program.pid for program in stack.web],
        "PostgreSQL": [stack.postgres.pid],
        "Redis": [stack.redis.pid],
        "S3": [stack.s3.pid],
        **{f"worker {program.name}": [program.pid] for program in stack.workers},
    }
