"""The candidate's end of live video: who watches now, at most so many, and what the browsers say."""

from typing import Any

from proctoring.room_media import RoomMedia
from proctoring.signal_protocol import RoomSignal, SignalEnd
from proctoring.signalling import Line, Signalling

MOST_WATCHERS = 4


class RoomSignals(RoomMedia, Signalling):
    """This socket is the one place that knows who watches the candidate; it forgets them all when it goes."""

    async def connect(self) -> None:
        self.lines: dict[str, Line] = {}
        await super().connect()

    async def left(self) -> None:
        for line in self.lines.values():
            await self.pass_on(line, "signal.closed", why="offline")
        self.lines.clear()
        await super().left()

    async def signal_asked(self, message: dict[str, Any]) -> None:
        """From a console: somebody who may wants to see the candidate."""
        if self.room is None or self.closed:
            return
        line = self.new_line(message["watch"], self.room.session_id, message["console"])
        if len(self.lines) >= MOST_WATCHERS:
            await self.pass_on(line, "signal.declined")
            return
        self.lines[line.watch] = line
        await self.pass_on(line, "signal.accepted")
        await self.say("begin", line.watch, ice=message["ice"], streams=message["streams"])

    async def signal_relayed(self, message: dict[str, Any]) -> None:
        if message["watch"] in self.lines:
            await self.tell({"type": "signal", "watch": message["watch"], **message["content"]})

    async def signal_closed(self, message: dict[str, Any]) -> None:
        """From a console: that person watches no more."""
        if self.lines.pop(message["watch"], None) is not None:
            await self.say("end", message["watch"])

    async def take_signal(self, signal: RoomSignal) -> None:
        self.entered()
        line = self.lines.get(signal.watch)
        if line is None:
            # What was under way when the other end closed.
            return
        if isinstance(signal, SignalEnd):
            del self.lines[line.watch]
            await self.pass_on(line, "signal.closed", why=signal.reason)
        else:
            await self.relay(line, signal)
