"""The socket of a practice run: pictures in, words out, nothing stored. It translates and decides nothing."""

import asyncio
import logging
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from channels.db import database_sync_to_async
from django.core.cache import cache

from proctoring import protocol
from proctoring.inflight import ANSWER_WITHIN_S, InFlight
from proctoring.practice_protocol import PracticeHello, parse_practice_message
from proctoring.protocol import CloseCode, FrameMessage, Outcome
from proctoring.room_session import client_settings
from proctoring.sockets import Socket, in_database
from proctoring.tasks import submit_practice
from proctoring.wire import ProtocolError

logger = logging.getLogger(__name__)

TICKET_KIND = "practice"
# Long enough to move a lamp about; whoever wants more reloads the page.
PRACTISE_FOR_S = 900.0
# Where tasks run eagerly, practice has this thread and exams keep theirs.
PRACTICE_THREADS = ThreadPoolExecutor(max_workers=1, thread_name_prefix="practice")


class PracticeConsumer(Socket):
    ticket_kind = TICKET_KIND
    group: str | None = None

    async def connect(self) -> None:
        self.connection = f"practice:{uuid.uuid4().hex}"
        self.in_flight = InFlight[FrameMessage]()
        await super().connect()

    def owes_an_answer(self) -> bool:
        return self.in_flight.current_seq is not None

    async def take_text(self, text: str) -> None:
        message = parse_practice_message(text)
        if isinstance(message, PracticeHello):
            await self._begin(message.ticket)

    async def _begin(self, secret: str) -> None:
        ticket = await self.redeem(secret)
        if ticket is None:
            return
        self.group = f"practice.{ticket.holder_id}"
        await self.channel_layer.group_add(self.group, self.channel_name)
        await in_database(cache.set, self.group, self.channel_name, PRACTISE_FOR_S)
        await self.channel_layer.group_send(
            self.group, {"type": "practice.taken", "channel": self.channel_name}
        )
        await self.welcome(client=client_settings())
        self.keep(self._end_in_time())

    async def practice_taken(self, message: dict[str, Any]) -> None:
        """One link has one run, the newest: those who look at pictures are there for exams first."""
        if message["channel"] == self.channel_name or self.group is None:
            return
        # A message may be older than we are; what is written down is not.
        if await in_database(cache.get, self.group) != self.channel_name:
            await self.shut(CloseCode.OTHER_DEVICE)

    async def left(self) -> None:
        if self.group is not None:
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def take_bytes(self, data: bytes) -> None:
        if not self.welcomed:
            raise ProtocolError("hello_first", "Say hello with a ticket before anything else.")
        frame = protocol.unpack(data)
        if not isinstance(frame, FrameMessage):
            raise ProtocolError(
                "unknown_kind", "In a practice run only pictures are looked at.", ref=frame.seq
            )
        admission = self.in_flight.offer(frame)
        overtaken = frame.seq if admission.stale else admission.dropped_seq
        if overtaken is not None:
            await self._answer(overtaken, Outcome.UNAVAILABLE)
        if admission.start is not None:
            self.keep(self._look(admission.start))

    async def practice_seen(self, message: dict[str, Any]) -> None:
        """From the task: what would help, or that nobody could look."""
        await self._done(message["seq"], message["guidance"])

    async def _look(self, frame: FrameMessage) -> None:
        self.keep(self._stop_waiting(frame.seq))
        submit = database_sync_to_async(submit_practice, thread_sensitive=False, executor=PRACTICE_THREADS)
        try:
            await submit(connection=self.connection, frame=frame, channel=self.channel_name)
        except Exception as error:
            logger.warning("a practice picture could not be handed over: %s", error)
            await self._done(frame.seq, None)

    async def _done(self, seq: int, guidance: dict[str, Any] | None) -> None:
        if not self.in_flight.release(seq):
            return
        await self._answer(seq, Outcome.CHECKED if guidance else Outcome.UNAVAILABLE)
        if guidance is not None:
            await self.tell({"type": "guidance", **guidance})
        following = self.in_flight.next()
        if following is not None and not self.closed:
            self.keep(self._look(following))

    async def _answer(self, seq: int, outcome: Outcome) -> None:
        await self.tell({"type": "ack", "stream": "video", "seq": seq, "outcome": outcome.value})

    async def _stop_waiting(self, seq: int) -> None:
        await asyncio.sleep(ANSWER_WITHIN_S)
        await self._done(seq, None)

    async def _end_in_time(self) -> None:
        await asyncio.sleep(PRACTISE_FOR_S)
        await self.shut(CloseCode.NOT_FOUND)
