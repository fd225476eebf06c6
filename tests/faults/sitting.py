"""A candidate who lives through a story while something breaks."""

import asyncio
from collections.abc import Sequence
from random import Random

from bench.room_client import RoomClient
from tests.faults.story import Expected, Said, Story, story
from tests.stack.seeded import Seat


class Sitter(RoomClient):
    """Says what its story tells at the moments that it names, whatever the line does."""

    def __init__(self, url: str, seat: Seat, *, seed: int, seconds: float) -> None:
        super().__init__(url=url, session=seat.session, cookie=seat.cookie, dice=Random(seed))
        self.story: Story = story(seed, seconds=seconds)
        # Which of the row's candidates this is, from 0.
        self.place = seed % 1000
        self.base_ms = 0
        self._says_at_ms: int | None = None

    def now_ms(self) -> int:
        return super().now_ms() if self._says_at_ms is None else self._says_at_ms

    async def live(self) -> None:
        """Needs a welcome before; ends when everything is said, which need not be acknowledged yet."""
        await self.welcomed()
        self.base_ms = super().now_ms()
        loop = asyncio.get_running_loop()
        begun_s = loop.time()
        for said in self.story.events:
            await asyncio.sleep(max(0.0, begun_s + said.at_ms / 1000 - loop.time()))
            self.say(said)

    def say(self, said: Said) -> int:
        self._says_at_ms = self.base_ms + said.at_ms + self.clock_off_ms
        try:
            return self.record(said.name)
        finally:
            self._says_at_ms = None

    def expected(self) -> list[Expected]:
        """The flags of the story in the sitting's own time."""
        return [Expected(flag.rule, self.base_ms + flag.since_ms) for flag in self.story.flags]


async def until_settled(sitters: Sequence[Sitter], *, within_s: float) -> bool:
    """Whether everything that was said is acknowledged in this time."""
    try:
        async with asyncio.timeout(within_s):
            await asyncio.gather(*(sitter.settled() for sitter in sitters))
    except TimeoutError:
        return False
    return True
