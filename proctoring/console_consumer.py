"""The examiners' console: its socket. It translates and decides nothing."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from proctoring import entering, protocol
from proctoring.chat_protocol import LookAt
from proctoring.console_signals import ConsoleSignals
from proctoring.protocol import CloseCode, ConsoleHello, ConsoleMessage, Pong
from proctoring.services import watching
from proctoring.signal_protocol import SignalBegin, SignalCandidates, SignalDescription, SignalEnd
from proctoring.sockets import in_database
from proctoring.wire import ProtocolError

LOOKED_AFTER_EVERY_S = 4.0


class ConsoleConsumer(ConsoleSignals):
    ticket_kind = "member"
    group: str | None = None

    async def take_text(self, text: str) -> None:
        message = protocol.parse_console_message(text)
        await _TAKERS[type(message)](self, message)

    async def console_hint(self, message: dict[str, Any]) -> None:
        await self.tell(message["message"])
        await self.heed(message["message"])

    async def left(self) -> None:
        await super().left()
        if self.group is not None:
            await in_database(watching.stop_watching, channel=self.channel_name)
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def _stay(self) -> None:
        """A wall shows people: whoever may no longer look must not for the length of a beat."""
        while not self.closed:
            await asyncio.sleep(LOOKED_AFTER_EVERY_S)
            if not await self.stays(self._is_allowed):
                await self.shut(CloseCode.FORBIDDEN)

    async def _is_allowed(self) -> bool:
        if self.ticket is None or self.hello is None:
            return True
        try:
            await in_database(entering.may_watch, ticket=self.ticket, hello=self.hello)
        except (entering.NoSuchRoom, entering.NotAllowed):
            return False
        return True

    async def may_stay(self) -> bool:
        """Somebody who was removed, or may see exams no longer, sees no more of this one."""
        if not await self._is_allowed():
            return False
        if self.hello is not None:
            await in_database(watching.note_watching, channel=self.channel_name)
            await self.review_lines()
        return True

    async def _watch(self, hello: ConsoleHello) -> None:
        ticket = await self.redeem(hello.ticket)
        if ticket is None:
            return
        try:
            watched = await in_database(entering.may_watch, ticket=ticket, hello=hello)
        except entering.NoSuchRoom:
            await self.shut(CloseCode.NOT_FOUND)
            return
        except entering.NotAllowed:
            await self.shut(CloseCode.FORBIDDEN)
            return
        self.hello, self.group = hello, watched.group
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.welcome()
        self.keep(self._stay())
        await in_database(
            watching.begin_watching,
            person_id=watched.person_id,
            exam_id=watched.exam_id,
            session_id=watched.session_id,
            channel=self.channel_name,
        )

    async def _look_at(self, wanted: LookAt) -> None:
        if self.group is None:
            raise ProtocolError("hello_first", "Say hello with a ticket before anything else.")
        await in_database(watching.look_at, channel=self.channel_name, session_id=wanted.session_id)

    async def _take_pong(self, _pong: Pong) -> None:
        """The beat alone was wanted."""


_TAKERS: dict[type[ConsoleMessage], Callable[[ConsoleConsumer, Any], Awaitable[None]]] = {
    ConsoleHello: ConsoleConsumer._watch,
    LookAt: ConsoleConsumer._look_at,
    SignalBegin: ConsoleConsumer.take_signal,
    SignalDescription: ConsoleConsumer.take_signal,
    SignalCandidates: ConsoleConsumer.take_signal,
    SignalEnd: ConsoleConsumer.take_signal,
    Pong: ConsoleConsumer._take_pong,
}
