"""An open loop of candidates and an examiner's wall against any address, and what came of it.

`python -m bench.load --url https://exams.example --seats seats.json` prints the figures as JSON. `seats.json`
is what `python -m tests.stack.seed` prints on the machine under load: an exam, a cookie for each candidate
and for the examiner. With `--database` every acknowledged event is looked up afterwards.
"""

import argparse
import asyncio
import gc
import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

from bench.console_client import ConsoleClient
from bench.crowd import Crowd, Plan
from bench.figures import CrowdFigures, Span, figures_of
from bench.looking_up import look_up
from bench.room_client import RoomClient
from bench.seats import Seats
from bench.tree import memory_mb, processor_ms

# What was sent last is answered within this time, or counts as unanswered.
LAST_ANSWER_S = 30.0
LAST_WORD_S = 15.0
POLL_S = 0.1
CONSOLE_WITHIN_S = 120.0
BEGIN_AFTER_S = 0.5
CLIENT = "load client"


@dataclass(frozen=True, slots=True)
class CrowdOrder:
    name: str
    seats: Seats
    plan: Plan


@dataclass(frozen=True, slots=True)
class Used:
    """By a program and what it started: its share of one core in the span, and its memory at the end."""

    core_percent: float | None
    memory_mb: float | None


@dataclass(frozen=True, slots=True)
class Load:
    """`crowds` in the order in which they were asked for; `used` by program."""

    seconds: float
    crowds: tuple[CrowdFigures, ...]
    used: dict[str, Used]

    def to_json(self) -> dict[str, object]:
        return asdict(self)


async def put_load(
    url: str,
    orders: Sequence[CrowdOrder],
    *,
    jpegs: Sequence[bytes] = (),
    database_url: str | None = None,
    watched: Mapping[str, Sequence[int]] | None = None,
    seed: int = 1,
) -> Load:
    """All crowds at once; what counts begins when the longest ramp is over. `watched`: ids of programs."""
    dice = Random(seed)  # noqa: S311 - the same load again, and no secret
    crowds = [Crowd(_clients(url, order.seats, dice), order.plan, dice, jpegs) for order in orders]
    consoles = [
        ConsoleClient(url=url, exam=order.seats.exam, cookie=order.seats.owner_cookie, dice=dice)
        for order in orders
    ]
    for console in consoles:
        console.start()
    async with asyncio.timeout(CONSOLE_WITHIN_S):
        await asyncio.gather(*(console.is_welcome.wait() for console in consoles))
    # A pause of the collector over a thousand sockets would count as the server's.
    gc.freeze()
    begin_s = time.perf_counter() + BEGIN_AFTER_S
    counted = Span(
        begin_s + max(order.plan.ramp_s for order in orders),
        begin_s + min(order.plan.ramp_s + order.plan.hold_s for order in orders),
    )
    measuring = asyncio.create_task(_measure(counted, watched or {}))
    await asyncio.gather(*(crowd.sit(begin_s) for crowd in crowds))
    used = await measuring
    await _last_answers(crowds, consoles)
    figures = [
        figures_of(order.name, crowd, console, counted, _looked_up(database_url, crowd))
        for order, crowd, console in zip(orders, crowds, consoles, strict=True)
    ]
    await asyncio.gather(*(client.stop() for crowd in crowds for client in crowd.clients))
    await asyncio.gather(*(console.stop() for console in consoles))
    return Load(round(counted.length_s, 1), tuple(figures), used)


def _clients(url: str, seats: Seats, dice: Random) -> list[RoomClient]:
    return [
        RoomClient(url=url, session=session, cookie=cookie, dice=dice) for session, cookie in seats.candidates
    ]


async def _measure(span: Span, watched: Mapping[str, Sequence[int]]) -> dict[str, Used]:
    await asyncio.sleep(span.begin_s - time.perf_counter())
    own_s = time.process_time()
    before_ms = {name: _sum(processor_ms(one) for one in ids) for name, ids in watched.items()}
    await asyncio.sleep(span.end_s - time.perf_counter())
    # What is under load may have been started from here: only this process itself counts as the client.
    client = Used(round(100 * (time.process_time() - own_s) / span.length_s, 1), None)
    return {CLIENT: client} | {
        name: Used(_share(before_ms[name], _sum(processor_ms(one) for one in ids), span), _memory(ids))
        for name, ids in watched.items()
    }


def _share(before_ms: float | None, after_ms: float | None, span: Span) -> float | None:
    if before_ms is None or after_ms is None:
        return None
    return round((after_ms - before_ms) / (10 * span.length_s), 1)


def _memory(ids: Sequence[int]) -> float | None:
    held_mb = _sum(memory_mb(one) for one in ids)
    return None if held_mb is None else round(held_mb)


def _sum(parts: object) -> float | None:
    known = [part for part in parts if part is not None]  # type: ignore[attr-defined]
    return sum(known) if known else None


async def _last_answers(crowds: Sequence[Crowd], consoles: Sequence[ConsoleClient]) -> None:
    """Acknowledgements first; then frames that are looked at, and flags of which no wall was told yet."""
    clients = [client for crowd in crowds for client in crowd.clients if client.has_begun]
    settling = asyncio.gather(*(client.settled() for client in clients))
    await asyncio.wait([settling], timeout=LAST_ANSWER_S)
    settling.cancel()
    await asyncio.gather(settling, return_exceptions=True)
    over_s = time.perf_counter() + LAST_WORD_S
    caused = sum(len(moments) for crowd in crowds for moments in crowd.flagged_s.values())
    while time.perf_counter() < over_s and (
        any(client.has_open_frames for client in clients)
        or sum(len(console.flags) for console in consoles) < caused
    ):
        await asyncio.sleep(POLL_S)


def _looked_up(database_url: str | None, crowd: Crowd) -> tuple[int, int] | None:
    return None if database_url is None else look_up(database_url, crowd.clients)


def main(arguments: list[str]) -> int:
    options = argparse.ArgumentParser(prog="python -m bench.load")
    options.add_argument("--url", required=True)
    options.add_argument("--seats", type=Path, required=True)
    options.add_argument("--ramp", type=float, default=30.0, help="seconds until everybody is there")
    options.add_argument("--hold", type=float, default=180.0, help="seconds that count")
    options.add_argument("--frame-senders", type=int, default=0)
    options.add_argument("--jpegs", type=Path, help="a folder of pictures that the frames are taken from")
    options.add_argument("--database", help="its address, to look every acknowledged event up")
    chosen = options.parse_args(arguments)
    jpegs = [file.read_bytes() for file in sorted(chosen.jpegs.glob("*.jpg"))] if chosen.jpegs else []
    if chosen.frame_senders and not jpegs:
        print("--frame-senders needs --jpegs: a folder that holds *.jpg files.", file=sys.stderr)
        return 2
    plan = Plan(ramp_s=chosen.ramp, hold_s=chosen.hold, frame_senders=chosen.frame_senders)
    order = CrowdOrder("candidates", Seats.read(chosen.seats), plan)
    load = asyncio.run(put_load(chosen.url, [order], jpegs=jpegs, database_url=chosen.database))
    print(json.dumps(load.to_json(), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
