"""Candidates who do what no honest page does, or whose machine or line does it for them."""

import asyncio

from bench.room_client import Event
from tests.faults.pictures import HANGING_WIDTH_PX, HARMLESS_WIDTH_PX, POISON_WIDTH_PX, picture
from tests.faults.sitting import Sitter
from tests.faults.story import Said

FRAME_EVERY_S = 0.5
HOUR_MS = 3_600_000
POISON_FRAMES = 3


class Stutterer(Sitter):
    """Sends three of ten events twice, and some of them only after those that follow."""

    def say(self, said: Said) -> int:
        seq = super().say(said)
        if self.dice.random() < 0.3:
            self.resend(seq)
        if seq > 10 and self.dice.random() < 0.3:
            self.resend(self.dice.randrange(seq - 10, seq))
        return seq


class Shuffler(Sitter):
    """Its line brings what it says in another order, within ten numbers; a gap is filled at the end."""

    held: list[int]

    async def live(self) -> None:
        self.held = []
        await super().live()
        self._let_go()

    def _send_events(self, events: list[Event]) -> None:
        if len(events) != 1 or not hasattr(self, "held"):
            super()._send_events(events)
            return
        self.held.append(events[0].seq)
        if len(self.held) >= 10:
            self._let_go()

    def _let_go(self) -> None:
        self.dice.shuffle(self.held)
        held, self.held = self.held, []
        for seq in held:
            super()._send_events([self.events[seq]])


class WrongClock(Sitter):
    """One is an hour ahead, one behind by all the time since the start, one drifts and jumps."""

    def say(self, said: Said) -> int:
        kind = self.place % 3
        if kind == 0:
            self.clock_off_ms = HOUR_MS
        elif kind == 1:
            self.clock_off_ms = -self.base_ms
        else:
            self.clock_off_ms = said.at_ms // 50 + (HOUR_MS if said.seq % 7 == 3 else 0)
        return super().say(said)


class Filmed(Sitter):
    """Sends a picture twice a second beside what it says."""

    width_px = HARMLESS_WIDTH_PX

    async def live(self) -> None:
        filming = asyncio.create_task(self._film())
        try:
            await super().live()
        finally:
            filming.cancel()
            await asyncio.gather(filming, return_exceptions=True)

    async def _film(self) -> None:
        number = 0
        while True:
            self.send_frame(self.frame(number := number + 1))
            await asyncio.sleep(FRAME_EVERY_S)

    def frame(self, number: int) -> bytes:
        return picture(self.width_px)


class Poisonous(Filmed):
    """The first of three candidates sends pictures of which no worker comes back."""

    deadly_px = POISON_WIDTH_PX

    def frame(self, number: int) -> bytes:
        deadly = 5 <= number < 5 + POISON_FRAMES and self.place == 0
        return picture(self.deadly_px if deadly else self.width_px)


class Hanging(Poisonous):
    deadly_px = HANGING_WIDTH_PX


class Corrupting(Filmed):
    """Every third picture is cut short, or has bits turned over."""

    def frame(self, number: int) -> bytes:
        whole = picture(self.width_px)
        if number % 3:
            return whole
        if number % 2:
            return whole[: len(whole) // 2]
        place = self.dice.randrange(len(whole))
        return whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :]
