"""A candidate's browser as the server sees it: ticket, hello, numbered events kept until acked, frames.

    client = RoomClient(url="http://127.0.0.1:8000", session=seat.session, cookie=seat.cookie, dice=Random(1))
    client.start()                       # connects, and comes back with jitter whenever the line is lost
    await client.welcomed()              # until the server has said welcome (again after a cut)
    seq = client.record("window_blur")   # kept, and sent at once or after reconnecting; its number
    client.send_frame(jpeg)              # a sample: not kept, False where there is no line
    await client.settled()               # every event is acknowledged
    client.cut()                         # tear the line without a word; the client comes back by itself
    client.say_text("{"), client.say_bytes(b"")   # what no honest page sends
    client.resend(seq)                   # a duplicate of an event that may be acknowledged already
    await client.stop()

`client.counts` says what was sent and answered, `client.acks` when each event was due and how many ms after
that its acknowledgement came (`client.ack_ms`: only these), `client.acked` which numbers the server has
promised, `client.events` what was recorded under each number. `client.clock_off_ms` makes the clock wrong.
The client waits for no answer before it sends the next event: an open loop.
"""

import asyncio
import json
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any

from bench.site import NotAnswered, post_json
from bench.wire import Refused, Traffic, Wire, open_wire
from proctoring.protocol import MAX_EVENTS, FrameMessage, pack

FIRST_DELAY_S = 0.5
LONGEST_DELAY_S = 15.0
# The server says something every 20 s.
LONGEST_SILENCE_S = 65.0
LOOKS_AFTER_ITSELF_EVERY_S = 2.0
ACK_WITHIN_S = 10.0
CLOSED_WITHIN_S = 2.0
# On a slow line pictures would pile up: what cannot leave soon is not sent.
MOST_WAITING_BYTES = 256 * 1024
FINAL_CLOSES = frozenset({4403, 4404, 4409})
DEVICE = {"user_agent": "Invigil load client", "screen": [1280, 720], "camera_label": "clip"}


@dataclass(frozen=True, slots=True)
class Event:
    """`due_s` is when it was to be sent, by the clock of `time.perf_counter`."""

    seq: int
    t_ms: int
    name: str
    due_s: float

    def to_json(self) -> dict[str, Any]:
        return {"stream": "browser", "seq": self.seq, "t": self.t_ms, "ev": self.name, "n": 1}


@dataclass(slots=True)
class Counts:
    """`events` different ones in `event_messages`; `resent` counts events that went out once more."""

    events: int = 0
    event_messages: int = 0
    resent: int = 0
    acked: int = 0
    frames: int = 0
    frames_held: int = 0
    frame_outcomes: Counter[str] = field(default_factory=Counter)
    connections: int = 0
    failed_connections: int = 0
    closes: Counter[int] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)


class RoomClient:
    def __init__(self, *, url: str, session: str, cookie: str, dice: Random) -> None:
        self.url, self.session, self.cookie, self.dice = url, session, cookie, dice
        self.counts = Counts()
        self.traffic = Traffic()
        self.events: dict[int, Event] = {}
        self.unacked: dict[int, float] = {}
        self.acks: list[tuple[float, float]] = []
        self.frame_taken_s: dict[int, float] = {}
        self.frame_ms: list[float] = []
        self.clock_off_ms = 0
        self.ended_by: int | None = None
        self._wire: Wire | None = None
        self._task: asyncio.Task[None] | None = None
        self._is_welcome = asyncio.Event()
        self._is_settled = asyncio.Event()
        self._is_settled.set()
        self._closed = asyncio.Event()
        self._next_seq: int | None = None
        self._next_frame = 1
        self._frames_at_s: dict[int, float] = {}
        self._acked_seq = 0
        self._attempt = 0
        self._heard_at_s = 0.0
        self._started_s = 0.0

    def start(self) -> None:
        self._task = asyncio.create_task(self._stay())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._is_welcome.clear()
        if self._wire is not None and self._wire.is_open:
            self._wire.close()
            with suppress(TimeoutError):
                async with asyncio.timeout(CLOSED_WITHIN_S):
                    await self._closed.wait()
            self._wire.abort()

    @property
    def is_welcome(self) -> bool:
        return self._is_welcome.is_set()

    @property
    def has_begun(self) -> bool:
        """Whether the server has ever said welcome: since then events have numbers."""
        return self._next_seq is not None

    @property
    def has_open_frames(self) -> bool:
        """Whether a frame of the last seconds still waits for its answer."""
        return self.is_welcome and bool(self._frames_at_s)

    @property
    def ack_ms(self) -> list[float]:
        return [waited_ms for _due_s, waited_ms in self.acks]

    @property
    def acked(self) -> list[int]:
        """The numbers of the events that the server has promised to keep."""
        return [seq for seq in self.events if seq not in self.unacked]

    async def welcomed(self) -> None:
        await self._is_welcome.wait()

    async def settled(self) -> None:
        await self._is_settled.wait()

    def now_ms(self) -> int:
        """The sitting's time by this candidate's clock."""
        return max(0, round(1000 * (time.perf_counter() - self._started_s)) + self.clock_off_ms)

    def record(self, name: str = "window_blur", *, due_s: float | None = None) -> int:
        """Number an event, keep it and send it; needs one welcome before, which says where numbers begin."""
        if self._next_seq is None:
            raise RuntimeError("the first welcome has not come: wait for welcomed()")
        seq, self._next_seq = self._next_seq, self._next_seq + 1
        event = Event(seq, self.now_ms(), name, time.perf_counter() if due_s is None else due_s)
        self.events[seq] = event
        self.counts.events += 1
        self._is_settled.clear()
        self.unacked[seq] = time.perf_counter()
        self._send_events([event])
        return seq

    def resend(self, seq: int) -> None:
        self.counts.resent += 1
        self._send_events([self.events[seq]])

    def send_frame(self, jpeg: bytes) -> bool:
        wire = self._wire
        if wire is None or not wire.is_open or not self.is_welcome:
            return False
        if wire.waiting_bytes > MOST_WAITING_BYTES:
            self.counts.frames_held += 1
            return False
        seq, self._next_frame = self._next_frame, self._next_frame + 1
        t_ms = self.now_ms()
        self._frames_at_s[seq] = self.frame_taken_s[t_ms] = time.perf_counter()
        wire.send_bytes(pack(FrameMessage(seq, t_ms, jpeg)))
        self.counts.frames += 1
        return True

    def say_text(self, text: str) -> None:
        if self._wire is not None and self._wire.is_open:
            self._wire.send_text(text)

    def say_bytes(self, data: bytes) -> None:
        if self._wire is not None and self._wire.is_open:
            self._wire.send_bytes(data)

    def cut(self) -> None:
        if self._wire is not None:
            self._wire.abort()

    async def _stay(self) -> None:
        """Connected as long as the server lets us; a lost line is tried again, later and later."""
        while self.ended_by is None:
            try:
                await self._connect()
                await self._serve()
            except (NotAnswered, Refused, OSError, TimeoutError):
                self.counts.failed_connections += 1
            finally:
                self._is_welcome.clear()
            ceiling_s = min(LONGEST_DELAY_S, FIRST_DELAY_S * 2 ** min(self._attempt, 10))
            self._attempt += 1
            await asyncio.sleep(self.dice.random() * ceiling_s)

    async def _connect(self) -> None:
        answer = await post_json(self.url, f"/room/{self.session}/ticket/", self.cookie, {})
        self._closed = asyncio.Event()
        closed = self._closed
        self._wire = await open_wire(
            self.url,
            "/ws/room/",
            on_text=self._hear,
            on_closed=lambda code: self._left(closed, code),
            traffic=self.traffic,
        )
        self._heard_at_s = time.perf_counter()
        self.counts.connections += 1
        self._wire.send_text(json.dumps({"type": "hello", "ticket": answer["ticket"], "device": DEVICE}))

    async def _serve(self) -> None:
        """Until the line is lost; events whose acknowledgement is overdue are sent again."""
        while not self._closed.is_set():
            try:
                async with asyncio.timeout(LOOKS_AFTER_ITSELF_EVERY_S):
                    await self._closed.wait()
            except TimeoutError:
                self._look_after_itself()

    def _look_after_itself(self) -> None:
        now_s = time.perf_counter()
        if now_s - self._heard_at_s > LONGEST_SILENCE_S:
            self.cut()
        elif self.unacked and now_s - min(self.unacked.values()) > ACK_WITHIN_S:
            self._send_all_again()

    def _send_all_again(self) -> None:
        seqs = sorted(self.unacked)
        for first in range(0, len(seqs), MAX_EVENTS):
            some = seqs[first : first + MAX_EVENTS]
            self.counts.resent += len(some)
            self.unacked.update(dict.fromkeys(some, time.perf_counter()))
            self._send_events([self.events[seq] for seq in some])

    def _send_events(self, events: list[Event]) -> None:
        if self.is_welcome and self._wire is not None and self._wire.is_open:
            self.counts.event_messages += 1
            message = {"type": "events", "events": [event.to_json() for event in events]}
            self._wire.send_text(json.dumps(message))

    def _left(self, closed: asyncio.Event, code: int) -> None:
        self.counts.closes[code] += 1
        if code in FINAL_CLOSES:
            self.ended_by = code
        closed.set()

    def _hear(self, text: str) -> None:
        self._heard_at_s = time.perf_counter()
        message = json.loads(text)
        kind = message["type"]
        if kind == "ack":
            self._acknowledged(message)
        elif kind == "ping":
            self.say_text('{"type": "pong"}')
        elif kind == "welcome":
            self._greeted(message)
        elif kind == "error":
            self.counts.refusals[message["code"]] += 1

    def _greeted(self, message: dict[str, Any]) -> None:
        if self._next_seq is None:
            self._next_seq = message["next_seq"]["browser"]
            self._acked_seq = self._next_seq - 1
            self._started_s = time.perf_counter() - (message["session"]["now_ms"] or 0) / 1000
        self._next_frame = max(self._next_frame, message["next_seq"]["video"])
        self._attempt = 0
        self._is_welcome.set()
        self._send_all_again()

    def _acknowledged(self, message: dict[str, Any]) -> None:
        seq, stream = message["seq"], message["stream"]
        if stream == "browser":
            self._promised(seq)
        elif stream == "video":
            self.counts.frame_outcomes[message["outcome"]] += 1
            sent_at_s = self._frames_at_s.pop(seq, None)
            if sent_at_s is not None:
                self.frame_ms.append(1000 * (self._heard_at_s - sent_at_s))

    def _promised(self, seq: int) -> None:
        """Everything up to this number is committed."""
        for one in range(self._acked_seq + 1, seq + 1):
            if self.unacked.pop(one, None) is not None:
                self.counts.acked += 1
                due_s = self.events[one].due_s
                self.acks.append((due_s, 1000 * (self._heard_at_s - due_s)))
        self._acked_seq = max(self._acked_seq, seq)
        if not self.unacked:
            self._is_settled.set()
