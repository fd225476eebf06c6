"""What is asked of the stack, one scene after another, each by candidates of its own."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from bench.crowd import Plan
from bench.load import CrowdOrder, Load, put_load
from bench.seats import Seats
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


FULL = Scale(1000, 30, 180, 20, 60, 100, 50)
SHORT = Scale(150, 5, 15, 6, 15, 20, 15)


@dataclass(frozen=True, slots=True)
class Scene:
    name: str
    load: Load


def events(stack: Stack, scale: Scale) -> Scene:
    """Everybody's event a second, and no pictures."""
    seeded = stack.seed(candidates=scale.candidates, institution="Events", exam=EVENTS_ONLY)
    order = _order("candidates", seeded, Plan(ramp_s=scale.ramp_s, hold_s=scale.hold_s))
    return Scene("events", _put(stack, [order]))


def frames(stack: Stack, scale: Scale, jpegs: Sequence[bytes]) -> Scene:
    """A picture and an event a second."""
    seeded = stack.seed(candidates=scale.frame_candidates, institution="Frames")
    plan = Plan(ramp_s=5, hold_s=scale.frame_hold_s, frame_senders=scale.frame_candidates)
    return Scene("frames", _put(stack, [_order("candidates", seeded, plan)], jpegs))


def noisy(stack: Stack, scale: Scale, jpegs: Sequence[bytes]) -> tuple[Scene, Scene]:
    """A quiet institution alone, and then beside one that sends ten times its share of everything."""
    senders = max(2, scale.frame_candidates // 5)
    plan = Plan(ramp_s=5, hold_s=scale.noisy_s, frame_senders=senders)
    loud = Plan(ramp_s=5, hold_s=scale.noisy_s, frame_senders=10 * senders, event_interval_s=0.1)
    alone = stack.seed(candidates=scale.quiet, institution="Alone")
    quiet = stack.seed(candidates=scale.quiet, institution="Quiet")
    noise = stack.seed(candidates=scale.quiet, institution="Noise")
    return (
        Scene("quiet alone", _put(stack, [_order("quiet", alone, plan)], jpegs)),
        Scene(
            "quiet beside noise",
            _put(stack, [_order("quiet", quiet, plan), _order("noisy", noise, loud)], jpegs),
        ),
    )


def _order(name: str, seeded: Seeded, plan: Plan) -> CrowdOrder:
    seats = tuple((seat.session, seat.cookie) for seat in seeded.seats)
    return CrowdOrder(name, Seats(seeded.exam, seeded.owner_cookie, seats), plan)


def _put(stack: Stack, orders: Sequence[CrowdOrder], jpegs: Sequence[bytes] = ()) -> Load:
    return asyncio.run(
        put_load(
            stack.url,
            orders,
            jpegs=jpegs,
            database_url=stack.services.reading_url,
            watched=watched_by_name(stack),
        )
    )


def watched_by_name(stack: Stack) -> dict[str, list[int]]:
    return {
        "web": [program.pid for program in stack.web],
        "PostgreSQL": [stack.postgres.pid],
        "Redis": [stack.redis.pid],
        "S3": [stack.s3.pid],
        **{f"worker {program.name}": [program.pid] for program in stack.workers},
    }
