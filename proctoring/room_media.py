"""What a room's socket takes as bytes: pictures, sound, looks at points; handed over, answered, given up."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from channels.db import database_sync_to_async

from accounts.errors import DomainError
from proctoring import figures, protocol
from proctoring.figures import Lost
from proctoring.inflight import ANSWER_WITHIN_S, InFlight
from proctoring.protocol import (
    BinaryMessage,
    CloseCode,
    FrameMessage,
    LateFrameMessage,
    LookMessage,
    Outcome,
    SoundMessage,
)
from proctoring.room_screen import take_screen
from proctoring.rooms import Room
from proctoring.screen_protocol import ScreenMessage
from proctoring.services import recording
from proctoring.services.errors import OtherDevice
from proctoring.sockets import Socket, in_database
from proctoring.tasks import submit_frame, submit_late_frame, submit_look, submit_sound
from proctoring.wire import ProtocolError

logger = logging.getLogger(__name__)
Order = Callable[[], DomainError | None]
Done = Callable[[dict[str, Any]], Awaitable[None]]

# Where tasks run eagerly, frames are analysed in these threads and events keep theirs.
FRAME_THREADS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="frame")


class RoomMedia(Socket):
    """The half of a room's socket that carries what a camera and a microphone give."""

    async def connect(self) -> None:
        self.room: Room | None = None
        self.in_flight = InFlight[FrameMessage]()
        self.sounds = InFlight[SoundMessage]()
        self.looks = InFlight[LookMessage]()
        self.late_seq: int | None = None
        self.taken_at_s: dict[int, float] = {}
        await super().connect()

    def owes_an_answer(self) -> bool:
        return self.in_flight.current_seq is not None

    async def take_bytes(self, data: bytes) -> None:
        self.entered()
        message = protocol.unpack(data)
        await _TAKERS[type(message)](self, message)

    async def _take_frame(self, frame: FrameMessage) -> None:
        figures.FRAMES_TAKEN.inc()
        self.taken_at_s.setdefault(frame.seq, self._now_s())
        admission = self.in_flight.offer(frame)
        if admission.stale:
            await self._answer(frame.seq, Outcome.REFUSED)
        if admission.dropped_seq is not None:
            await self._give_up(admission.dropped_seq, Lost.OVERTAKEN)
        if admission.start is not None:
            self.keep(self._analyse(admission.start))

    async def _take_sound(self, message: SoundMessage) -> None:
        # What is overtaken by newer sound is a gap in what was heard, and nobody waits for an answer.
        sound = self.sounds.offer(message).start
        if sound is not None:
            self.keep(self._hear(sound))

    async def _take_look(self, look: LookMessage) -> None:
        admission = self.looks.offer(look)
        overtaken = look.seq if admission.stale else admission.dropped_seq
        if overtaken is not None:
            await self._say_found(overtaken, found=False)
        if admission.start is not None:
            self.keep(self._look(admission.start))

    async def _take_late(self, frame: LateFrameMessage) -> None:
        """One at a time: a page that does not wait is asked to come again with the next."""
        if self.late_seq is not None:
            await self._say_late(frame.seq, Outcome.UNAVAILABLE)
            return
        self.late_seq = frame.seq
        order = partial(submit_late_frame, room=self.entered(), frame=frame, channel=self.channel_name)
        nothing = {"seq": frame.seq, "outcome": Outcome.UNAVAILABLE}
        self.keep(self._hand_over(order, self.late_done, nothing))

    async def late_done(self, message: dict[str, Any]) -> None:
        """From the task: what became of a picture that came later."""
        if self.late_seq == message["seq"]:
            self.late_seq = None
            await self._say_late(message["seq"], Outcome(message["outcome"]))

    async def _say_late(self, seq: int, outcome: Outcome) -> None:
        await self.tell({"type": "ack", "stream": "late", "seq": seq, "outcome": outcome.value})

    async def frame_done(self, message: dict[str, Any]) -> None:
        """From the task: what became of a frame."""
        if self.in_flight.release(message["seq"]):
            await self._answer(message["seq"], Outcome(message["outcome"]))
            self._start_next()
        if message["guidance"] is not None:
            await self.tell({"type": "guidance", **message["guidance"]})

    async def sound_done(self, message: dict[str, Any]) -> None:
        """From the task: a window of sound was heard, or could not be."""
        if not self.sounds.release(message["seq"]):
            return
        following = self.sounds.next()
        if following is not None and not self.closed:
            self.keep(self._hear(following))

    async def look_done(self, message: dict[str, Any]) -> None:
        """From the task: whether eyes were found in somebody who looks at a point."""
        if not self.looks.release(message["seq"]):
            return
        await self._say_found(message["seq"], found=message["found"])
        following = self.looks.next()
        if following is not None and not self.closed:
            self.keep(self._look(following))

    async def _say_found(self, seq: int, *, found: bool) -> None:
        await self.tell({"type": "ack", "stream": "gaze", "seq": seq, "found": found})

    async def _analyse(self, frame: FrameMessage) -> None:
        """Hand the frame over; its answer comes back as `frame_done`, or not in time."""
        room = self.entered()
        self.keep(self._time_out(frame.seq))
        try:
            submit = database_sync_to_async(submit_frame, thread_sensitive=False, executor=FRAME_THREADS)
            refusal = await submit(room=room, frame=frame, channel=self.channel_name)
        except OtherDevice:
            await self.shut(CloseCode.OTHER_DEVICE)
        except Exception as error:
            logger.warning("a frame could not be handed over: %s", error)
            await self._give_up(frame.seq, Lost.NOT_HANDED_OVER)
        else:
            if refusal is not None:
                await self.refuse(refusal.code, refusal.message, frame.seq)
                await self.frame_done({"seq": frame.seq, "outcome": Outcome.REFUSED, "guidance": None})

    async def _hear(self, sound: SoundMessage) -> None:
        order = partial(submit_sound, room=self.entered(), sound=sound, channel=self.channel_name)
        await self._hand_over(order, self.sound_done, {"seq": sound.seq})

    async def _look(self, look: LookMessage) -> None:
        order = partial(submit_look, room=self.entered(), look=look, channel=self.channel_name)
        await self._hand_over(order, self.look_done, {"seq": look.seq, "found": False})

    async def _hand_over(self, order: Order, done: Done, nothing: dict[str, Any]) -> None:
        """Have it looked at or heard; `done` is told `nothing` where that fails or takes too long."""
        self.keep(self._stop_waiting(done, nothing))
        try:
            submit = database_sync_to_async(order, thread_sensitive=False, executor=FRAME_THREADS)
            refusal = await submit()
        except OtherDevice:
            await self.shut(CloseCode.OTHER_DEVICE)
        except Exception as error:
            logger.warning("what a room sent could not be handed over: %s", error)
            await done(nothing)
        else:
            if refusal is not None:
                await self.refuse(refusal.code, refusal.message, nothing["seq"])
                await done(nothing)

    async def _stop_waiting(self, done: Done, nothing: dict[str, Any]) -> None:
        await asyncio.sleep(ANSWER_WITHIN_S)
        await done(nothing)

    async def _time_out(self, seq: int) -> None:
        await asyncio.sleep(ANSWER_WITHIN_S)
        await self._give_up(seq, Lost.TIMED_OUT)

    async def _give_up(self, seq: int, why: Lost) -> None:
        """No answer for this frame: a gap in coverage, never a suspicion."""
        dropped = why is Lost.OVERTAKEN
        if not dropped and not self.in_flight.release(seq):
            return
        room = self.entered()
        await self._answer(seq, Outcome.UNAVAILABLE, why)
        self._start_next()
        await in_database(recording.count_frame, session_id=room.session_id, dropped=dropped)

    def _start_next(self) -> None:
        following = self.in_flight.next()
        if following is not None and not self.closed:
            self.keep(self._analyse(following))

    async def _answer(self, seq: int, outcome: Outcome, why: Lost | None = None) -> None:
        figures.FRAMES_ANSWERED.labels((why or outcome).value).inc()
        taken_at_s = self.taken_at_s.pop(seq, None)
        if taken_at_s is not None:
            figures.ACKNOWLEDGED_SECONDS.labels("video").observe(self._now_s() - taken_at_s)
        await self.tell({"type": "ack", "stream": "video", "seq": seq, "outcome": outcome.value})

    def entered(self) -> Room:
        if self.room is None:
            raise ProtocolError("hello_first", "Say hello with a ticket before anything else.")
        return self.room


_TAKERS: dict[type[BinaryMessage], Callable[[RoomMedia, Any], Awaitable[None]]] = {
    FrameMessage: RoomMedia._take_frame,
    SoundMessage: RoomMedia._take_sound,
    LookMessage: RoomMedia._take_look,
    LateFrameMessage: RoomMedia._take_late,
    ScreenMessage: take_screen,
}
