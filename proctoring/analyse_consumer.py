"""The socket of programs: frames in, measurements out, nothing stored. It translates and decides nothing."""

import asyncio
import logging
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from channels.db import database_sync_to_async

from accounts import api_keys
from accounts.errors import Forbidden
from accounts.models import Scope
from proctoring import analyse_protocol as protocol
from proctoring.analyse_protocol import AnalyseHello, TextFrame
from proctoring.inflight import ANSWER_WITHIN_S, InFlight
from proctoring.protocol import MAX_PAYLOAD_BYTES, CloseCode, FrameMessage, Outcome
from proctoring.sockets import Socket, in_database
from proctoring.tasks import submit_measuring
from proctoring.wire import MAX_TEXT_BYTES, ProtocolError

logger = logging.getLogger(__name__)

# Where tasks run eagerly, programs have this thread and candidates keep theirs.
PROGRAM_THREADS = ThreadPoolExecutor(max_workers=1, thread_name_prefix="program")


class AnalyseConsumer(Socket):
    ticket_kind = api_keys.TICKET_KIND

    async def connect(self) -> None:
        self.key_id: uuid.UUID | None = None
        self.connection = uuid.uuid4().hex
        self.in_flight = InFlight[FrameMessage]()
        self.newest_seq = 0
        self.before: dict[str, Any] | None = None
        await super().connect()

    def owes_an_answer(self) -> bool:
        return self.in_flight.current_seq is not None

    async def take_text(self, text: str) -> None:
        message = protocol.parse_analyse_message(text)
        if isinstance(message, AnalyseHello):
            await self._enter(message)
        elif isinstance(message, TextFrame):
            await self._take(self._numbered(message))

    async def take_bytes(self, data: bytes) -> None:
        self._entered()
        await self._take(protocol.unpack_picture(data))

    async def frame_measured(self, message: dict[str, Any]) -> None:
        """From the task: what was seen in a frame, or that nothing could be."""
        if not self.in_flight.release(message["seq"]):
            return
        if message["answer"] is None:
            await self._tell_unavailable(message["seq"])
        else:
            self.before = message["state"]
            await self.tell(message["answer"])
        self._start_next()

    async def _enter(self, hello: AnalyseHello) -> None:
        ticket = await self.redeem(hello.ticket)
        if ticket is None:
            return
        key_id = uuid.UUID(ticket.holder_id)
        if not await in_database(api_keys.usable, key_id, Scope.ANALYSE):
            await self.shut(CloseCode.FORBIDDEN)
            return
        self.key_id = key_id
        await self.welcome(max_frame_bytes=MAX_PAYLOAD_BYTES, max_text_bytes=MAX_TEXT_BYTES)

    def _numbered(self, frame: TextFrame) -> FrameMessage:
        self._entered()
        seq = self.newest_seq + 1 if frame.seq is None else frame.seq
        t_ms = int(1000 * self.heard_at_s) % 2**32 if frame.t_ms is None else frame.t_ms
        return FrameMessage(seq, t_ms, frame.payload)

    async def _take(self, frame: FrameMessage) -> None:
        admission = self.in_flight.offer(frame)
        if admission.stale:
            raise ProtocolError("bad_seq", "Each frame has a higher number than the last.", ref=frame.seq)
        self.newest_seq = frame.seq
        if admission.dropped_seq is not None:
            await self._tell_unavailable(admission.dropped_seq)
        if admission.start is not None:
            self.keep(self._measure(admission.start))

    async def _measure(self, frame: FrameMessage) -> None:
        """Hand the frame over; its answer comes back as `frame_measured`, or not in time."""
        self.keep(self._time_out(frame.seq))
        try:
            submit = database_sync_to_async(
                submit_measuring, thread_sensitive=False, executor=PROGRAM_THREADS
            )
            refusal = await submit(
                key_id=self._entered(),
                connection=self.connection,
                frame=frame,
                before=self.before,
                channel=self.channel_name,
            )
        except Exception as error:
            logger.warning("a program's frame could not be handed over: %s", error)
            await self._give_up(frame.seq)
            return
        if isinstance(refusal, Forbidden):
            await self.shut(CloseCode.FORBIDDEN)
        elif refusal is not None and self.in_flight.release(frame.seq):
            await self.refuse(refusal.code, refusal.message, frame.seq)
            self._start_next()

    async def _time_out(self, seq: int) -> None:
        await asyncio.sleep(ANSWER_WITHIN_S)
        await self._give_up(seq)

    async def _give_up(self, seq: int) -> None:
        if self.in_flight.release(seq):
            await self._tell_unavailable(seq)
            self._start_next()

    async def _tell_unavailable(self, seq: int) -> None:
        """Nobody looked at this frame: the same word as in the room."""
        await self.tell({"type": "ack", "stream": "video", "seq": seq, "outcome": Outcome.UNAVAILABLE.value})

    def _start_next(self) -> None:
        following = self.in_flight.next()
        if following is not None and not self.closed:
            self.keep(self._measure(following))

    def _entered(self) -> uuid.UUID:
        if self.key_id is None:
            raise ProtocolError("hello_first", "Say hello with a ticket before anything else.")
        return self.key_id
