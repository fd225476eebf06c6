"""The console's end of live video: asked for, routed to one room, noted when it begins and ends."""

import time
import uuid
from typing import Any

from django.utils.translation import gettext_lazy

from accounts.errors import DomainError, Forbidden
from proctoring import turn
from proctoring.inflight import Bucket
from proctoring.protocol import ConsoleHello
from proctoring.rooms import TAKES_FRAMES
from proctoring.services import live_watching
from proctoring.signal_protocol import ConsoleSignal, SignalBegin, SignalEnd
from proctoring.signalling import Line, Signalling
from proctoring.sockets import in_database
from proctoring.wire import ProtocolError

MOST_WATCHED = 4
BURST_BEGINNINGS, BEGINNINGS_PER_S = 12, 0.5

WORDS = {
    "closed": gettext_lazy("The candidate’s page ended the video."),
    "failed": gettext_lazy("The video did not come through. The candidate’s network may not let it."),
    "not_now": gettext_lazy("Nobody is watched now; video begins when the sitting goes on."),
    "offline": gettext_lazy("The candidate’s page is not connected. Video begins when it is."),
    "not_allowed": gettext_lazy("Your role reads; it does not watch candidates live."),
    "too_many": gettext_lazy("Four people watch this candidate already. Try again when one of them is done."),
    "too_many_here": gettext_lazy("You watch four candidates already. Close one of them first."),
    "too_often": gettext_lazy("That was asked for too often. Wait a few seconds and try again."),
}


class ConsoleSignals(Signalling):
    hello: ConsoleHello | None = None

    async def connect(self) -> None:
        self.lines: dict[str, Line] = {}
        await super().connect()
        self.beginnings = Bucket(burst=BURST_BEGINNINGS, per_s=BEGINNINGS_PER_S, now_s=self._now_s())

    async def left(self) -> None:
        for line in list(self.lines.values()):
            await self._end(line, "closed")
        await super().left()

    async def take_signal(self, signal: ConsoleSignal) -> None:
        if not self.welcomed:
            raise ProtocolError("hello_first", "Say hello with a ticket before anything else.")
        if isinstance(signal, SignalBegin):
            await self._begin(signal.session_id)
            return
        line = self.lines.get(signal.watch)
        if line is None:
            # What was under way when the other end closed.
            return
        if isinstance(signal, SignalEnd):
            await self._end(line, "closed")
        else:
            await self.relay(line, signal)

    async def signal_accepted(self, message: dict[str, Any]) -> None:
        """From the room: the picture is coming."""
        line = self.lines.get(message["watch"])
        if line is None:
            return
        await in_database(
            live_watching.note_watch_begun, session_id=line.session_id, person_id=self._person()
        )
        line.begun_s = self._now_s()
        ice = turn.ice_for(line.watch, now_s=time.time())
        await self.say("begun", line.watch, session=str(line.session_id), ice=ice)

    async def signal_declined(self, message: dict[str, Any]) -> None:
        """From the room: as many watch as may."""
        line = self.lines.pop(message["watch"], None)
        if line is not None:
            await self._refuse(str(line.session_id), "too_many")

    async def signal_relayed(self, message: dict[str, Any]) -> None:
        if message["watch"] in self.lines:
            await self.tell({"type": "signal", "watch": message["watch"], **message["content"]})

    async def signal_closed(self, message: dict[str, Any]) -> None:
        """From the room: its end is closed."""
        line = self.lines.get(message["watch"])
        if line is not None:
            await self._end(line, message["why"], says_so=True)

    async def heed(self, hint: dict[str, Any]) -> None:
        """In a pause and after the end nobody is seen, whatever the candidate's page does."""
        if hint.get("type") != "state" or hint["state"] in TAKES_FRAMES:
            return
        for line in list(self.lines.values()):
            if str(line.session_id) == hint["session"]:
                await self._end(line, "not_now", says_so=True)

    async def review_lines(self) -> None:
        """Asked with every beat: a role may have been taken away since."""
        if not self.lines:
            return
        try:
            await in_database(live_watching.check_may_watch, person_id=self._person())
        except Forbidden:
            for line in list(self.lines.values()):
                await self._end(line, "not_allowed", says_so=True)

    async def _begin(self, session_id: str) -> None:
        try:
            found = await in_database(
                live_watching.find_live_room,
                person_id=self._person(),
                session_id=session_id,
                exam_id=self.hello.exam_id if self.hello else None,
                page_id=self.hello.session_id if self.hello else None,
            )
        except DomainError as refused:
            await self._refuse(session_id, refused.code, refused.message)
            return
        for old in [line for line in self.lines.values() if line.session_id == found.session_id]:
            await self._end(old, "closed")
        if len(self.lines) >= MOST_WATCHED:
            await self._refuse(session_id, "too_many_here")
            return
        if not self.beginnings.take(self._now_s()):
            await self._refuse(session_id, "too_often")
            return
        line = self.new_line(str(uuid.uuid4()), found.session_id, found.room_channel)
        self.lines[line.watch] = line
        ice = turn.ice_for(line.watch, now_s=time.time())
        await self.pass_on(
            line, "signal.asked", console=self.channel_name, ice=ice, streams=list(found.streams)
        )

    async def _end(self, line: Line, why: str, *, says_so: bool = False) -> None:
        self.lines.pop(line.watch, None)
        await self.pass_on(line, "signal.closed")
        if says_so:
            words = str(WORDS.get(why, WORDS["closed"]))
            await self.say("ended", line.watch, session=str(line.session_id), code=why, text=words)
        if line.begun_s is not None:
            await in_database(
                live_watching.note_watch_ended,
                session_id=line.session_id,
                person_id=self._person(),
                seconds=round(self._now_s() - line.begun_s),
                why=why,
            )

    async def _refuse(self, session_id: str, code: str, words: str | None = None) -> None:
        text = words or str(WORDS[code])
        await self.tell(
            {"type": "signal", "what": "refused", "session": session_id, "code": code, "text": text}
        )

    def _person(self) -> uuid.UUID:
        assert self.ticket is not None
        return uuid.UUID(self.ticket.holder_id)
