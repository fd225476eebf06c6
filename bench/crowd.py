"""Candidates who send by the clock, whatever comes back: an open loop.

Every candidate has its own place within the second. What is late leaves late, and its wait counts from the
moment at which it was due. Some of what they send comes twice, some is no message at all.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from bench.room_client import RoomClient

# Most events raise nothing; one of so many is a copy, which opens a flag.
FLAG_EVERY = 300
PLAIN_EVENTS = ("window_focus", "tab_visible", "full_screen_entered", "online")
FLAGGING_EVENT = "copy"
MALFORMED = (
    "{",
    "[]",
    '{"type": "no such thing"}',
    '{"type": "events", "events": []}',
    '{"type": "events", "events": [{"stream": "browser", "seq": 0, "t": 1, "ev": "copy", "n": 1}]}',
)
# A duplicate is one of so many last events.
RECENT = 30
# A sleep shorter than this is not worth its price.
SHORTEST_SLEEP_S = 0.001


@dataclass(frozen=True, slots=True)
class Plan:
    """What the candidates of one crowd do. Frames come from the first `frame_senders` of them."""

    ramp_s: float
    hold_s: float
    event_interval_s: float = 1.0
    frame_senders: int = 0
    frame_interval_s: float = 1.0
    duplicates: float = 0.05
    malformed: float = 0.01


@dataclass(slots=True)
class Crowd:
    """`flagged_s` says when a flag was caused, by session."""

    clients: Sequence[RoomClient]
    plan: Plan
    dice: Random
    jpegs: Sequence[bytes] = ()
    duplicates: int = 0
    malformed: int = 0
    late_s: list[float] = field(default_factory=list)
    flagged_s: dict[str, list[float]] = field(default_factory=dict)

    async def sit(self, begin_s: float) -> None:
        """Come one after another, send until the plan's end, and stay connected."""
        end_s = begin_s + self.plan.ramp_s + self.plan.hold_s
        arrivals = asyncio.create_task(self._arrive(begin_s))
        events = asyncio.create_task(
            self._keep_time(begin_s, end_s, self.plan.event_interval_s, self.clients, self._event)
        )
        senders = self.clients[: self.plan.frame_senders]
        frames = asyncio.create_task(
            self._keep_time(begin_s, end_s, self.plan.frame_interval_s, senders, self._frame)
        )
        await asyncio.gather(arrivals, events, frames)

    async def _arrive(self, begin_s: float) -> None:
        step_s = self.plan.ramp_s / max(1, len(self.clients))
        for place, client in enumerate(self.clients):
            await _until(begin_s + place * step_s)
            client.start()

    async def _keep_time(
        self,
        begin_s: float,
        end_s: float,
        interval_s: float,
        clients: Sequence[RoomClient],
        act: Callable[[RoomClient, float, int], None],
    ) -> None:
        turn, step_s = 0, interval_s / max(1, len(clients))
        while clients and begin_s + turn * interval_s < end_s:
            for place, client in enumerate(clients):
                due_s = begin_s + turn * interval_s + place * step_s
                await _until(due_s)
                if client.has_begun and due_s < end_s:
                    act(client, due_s, turn)
            turn += 1

    def _event(self, client: RoomClient, due_s: float, _turn: int) -> None:
        self.late_s.append(time.perf_counter() - due_s)
        flags = self.dice.randrange(FLAG_EVERY) == 0
        seq = client.record(FLAGGING_EVENT if flags else self.dice.choice(PLAIN_EVENTS), due_s=due_s)
        if flags:
            self.flagged_s.setdefault(client.session, []).append(due_s)
        if self.dice.random() < self.plan.duplicates:
            self.duplicates += 1
            client.resend(seq - self.dice.randrange(min(RECENT, client.counts.events)))
        if self.dice.random() < self.plan.malformed:
            self.malformed += 1
            client.say_text(self.dice.choice(MALFORMED))

    def _frame(self, client: RoomClient, _due_s: float, turn: int) -> None:
        client.send_frame(self.jpegs[turn % len(self.jpegs)])
        if self.dice.random() < self.plan.malformed:
            self.malformed += 1
            client.say_bytes(self.dice.randbytes(40))


async def _until(due_s: float) -> None:
    wait_s = due_s - time.perf_counter()
    if wait_s > SHORTEST_SLEEP_S:
        await asyncio.sleep(wait_s)
