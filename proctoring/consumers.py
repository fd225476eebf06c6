"""The two sockets: the candidate's room and the examiners' console. They translate and decide nothing."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from channels.db import database_sync_to_async

from accounts.errors import DomainError
from proctoring import entering, live, protocol
from proctoring.gaze_protocol import GazeBegin, GazeFit
from proctoring.inflight import ANSWER_WITHIN_S, InFlight
from proctoring.protocol import (
    CloseCode,
    ConsoleHello,
    Events,
    FrameMessage,
    LookMessage,
    Outcome,
    RoomHello,
    SoundMessage,
)
from proctoring.rooms import Room
from proctoring.services import gaze_points, presence, recording
from proctoring.services.errors import OtherDevice
from proctoring.sockets import Socket, in_database
from proctoring.tasks import submit_fit, submit_frame, submit_look, submit_sound
from proctoring.wire import ProtocolError

logger = logging.getLogger(__name__)
Order = Callable[[], DomainError | None]
Done = Callable[[dict[str, Any]], Awaitable[None]]

# Where tasks run eagerly, frames are analysed in these threads and events keep theirs.
FRAME_THREADS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="frame")


class RoomConsumer(Socket):
    ticket_kind = "seat"

    async def connect(self) -> None:
        self.room: Room | None = None
        self.in_flight = InFlight[FrameMessage]()
        self.sounds = InFlight[SoundMessage]()
        self.looks = InFlight[LookMessage]()
        await super().connect()

    async def take_text(self, text: str) -> None:
        message = protocol.parse_room_message(text)
        if isinstance(message, RoomHello):
            await self._enter(message)
        elif isinstance(message, Events):
            await self._record(message)
        elif isinstance(message, GazeBegin | GazeFit):
            await self._lead_through_points(message)
        elif self.room is not None:
            await in_database(presence.note_seen, session_id=self.room.session_id)

    async def take_bytes(self, data: bytes) -> None:
        self._entered()
        message = protocol.unpack(data)
        if isinstance(message, FrameMessage):
            await self._take_frame(message)
            return
        if isinstance(message, LookMessage):
            await self._take_look(message)
            return
        # What is overtaken by newer sound is a gap in what was heard, and nobody waits for an answer.
        sound = self.sounds.offer(message).start
        if sound is not None:
            self.keep(self._hear(sound))

    async def _take_frame(self, frame: FrameMessage) -> None:
        admission = self.in_flight.offer(frame)
        if admission.stale:
            await self._answer(frame.seq, Outcome.REFUSED)
        if admission.dropped_seq is not None:
            await self._give_up(admission.dropped_seq, dropped=True)
        if admission.start is not None:
            self.keep(self._analyse(admission.start))

    async def _take_look(self, look: LookMessage) -> None:
        admission = self.looks.offer(look)
        overtaken = look.seq if admission.stale else admission.dropped_seq
        if overtaken is not None:
            await self._say_found(overtaken, found=False)
        if admission.start is not None:
            self.keep(self._look(admission.start))

    async def left(self) -> None:
        if self.room is not None:
            await in_database(presence.note_left, session_id=self.room.session_id, channel=self.channel_name)
            await self.channel_layer.group_discard(live.room_group(self.room.session_id), self.channel_name)

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

    async def gaze_fitted(self, message: dict[str, Any]) -> None:
        """From the task: what became of the points that were looked at."""
        await self.tell({"type": "gaze", **message["outcome"]})

    async def room_hint(self, message: dict[str, Any]) -> None:
        await self.tell(message["message"])

    async def room_taken(self, message: dict[str, Any]) -> None:
        """The newest socket of a session holds it; a message may be older than we are, the row is not."""
        if self.room is None or message["channel"] == self.channel_name:
            return
        if not await in_database(presence.holds, session_id=self.room.session_id, channel=self.channel_name):
            await self.shut(CloseCode.OTHER_DEVICE)

    async def _enter(self, hello: RoomHello) -> None:
        ticket = await self.redeem(hello.ticket)
        if ticket is None:
            return
        try:
            entry = await in_database(
                entering.enter_room, ticket=ticket, device=hello.device, channel=self.channel_name
            )
        except entering.NoSuchRoom:
            await self.shut(CloseCode.NOT_FOUND)
            return
        except OtherDevice:
            await self.shut(CloseCode.OTHER_DEVICE)
            return
        self.room = entry.room
        group = live.room_group(entry.room.session_id)
        await self.channel_layer.group_add(group, self.channel_name)
        await self.channel_layer.group_send(group, {"type": "room.taken", "channel": self.channel_name})
        await self.welcome(**entry.welcome)
        for text in entry.warnings:
            await self.tell({"type": "notice", "level": "warning", "text": text})

    async def _record(self, message: Events) -> None:
        room = self._entered()
        try:
            recorded = await in_database(recording.record_events, room=room, events=message.events)
        except OtherDevice:
            await self.shut(CloseCode.OTHER_DEVICE)
            return
        await self.tell({"type": "ack", "stream": "browser", "seq": recorded.contiguous_seq})

    async def _lead_through_points(self, message: GazeBegin | GazeFit) -> None:
        room = self._entered()
        try:
            if isinstance(message, GazeBegin):
                await in_database(gaze_points.begin_looks, room=room, points_px=message.points_px)
                return
            refusal = await in_database(submit_fit, room=room, channel=self.channel_name)
            if refusal is not None:
                raise refusal
        except OtherDevice:
            await self.shut(CloseCode.OTHER_DEVICE)
        except DomainError as refused:
            answer = {"kept": False, "code": refused.code, "text": refused.message}
            await self.tell({"type": "gaze", **answer})

    async def _say_found(self, seq: int, *, found: bool) -> None:
        await self.tell({"type": "ack", "stream": "gaze", "seq": seq, "found": found})

    async def _analyse(self, frame: FrameMessage) -> None:
        """Hand the frame over; its answer comes back as `frame_done`, or not in time."""
        room = self._entered()
        self.keep(self._time_out(frame.seq))
        try:
            submit = database_sync_to_async(submit_frame, thread_sensitive=False, executor=FRAME_THREADS)
            refusal = await submit(room=room, frame=frame, channel=self.channel_name)
        except OtherDevice:
            await self.shut(CloseCode.OTHER_DEVICE)
        except Exception as error:
            logger.warning("a frame could not be handed over: %s", error)
            await self._give_up(frame.seq)
        else:
            if refusal is not None:
                await self.refuse(refusal.code, refusal.message, frame.seq)
                await self.frame_done({"seq": frame.seq, "outcome": Outcome.REFUSED, "guidance": None})

    async def _hear(self, sound: SoundMessage) -> None:
        order = partial(submit_sound, room=self._entered(), sound=sound, channel=self.channel_name)
        await self._hand_over(order, self.sound_done, {"seq": sound.seq})

    async def _look(self, look: LookMessage) -> None:
        order = partial(submit_look, room=self._entered(), look=look, channel=self.channel_name)
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
        await self._give_up(seq)

    async def _give_up(self, seq: int, *, dropped: bool = False) -> None:
        """No answer for this frame: a gap in coverage, never a suspicion."""
        if not dropped and not self.in_flight.release(seq):
            return
        room = self._entered()
        await self._answer(seq, Outcome.UNAVAILABLE)
        self._start_next()
        await in_database(recording.count_frame, session_id=room.session_id, dropped=dropped)

    def _start_next(self) -> None:
        following = self.in_flight.next()
        if following is not None and not self.closed:
            self.keep(self._analyse(following))

    async def _answer(self, seq: int, outcome: Outcome) -> None:
        await self.tell({"type": "ack", "stream": "video", "seq": seq, "outcome": outcome.value})

    def _entered(self) -> Room:
        if self.room is None:
            raise ProtocolError("hello_first", "Say hello with a ticket before anything else.")
        return self.room


class ConsoleConsumer(Socket):
    ticket_kind = "member"
    group: str | None = None
    hello: ConsoleHello | None = None

    async def take_text(self, text: str) -> None:
        message = protocol.parse_console_message(text)
        if isinstance(message, ConsoleHello):
            await self._watch(message)

    async def console_hint(self, message: dict[str, Any]) -> None:
        await self.tell(message["message"])

    async def left(self) -> None:
        if self.group is not None:
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def may_stay(self) -> bool:
        """Somebody who was removed, or may see exams no longer, sees no more of this one."""
        if self.ticket is None or self.hello is None:
            return True
        try:
            await in_database(entering.group_to_watch, ticket=self.ticket, hello=self.hello)
        except (entering.NoSuchRoom, entering.NotAllowed):
            return False
        return True

    async def _watch(self, hello: ConsoleHello) -> None:
        ticket = await self.redeem(hello.ticket)
        if ticket is None:
            return
        try:
            self.group = await in_database(entering.group_to_watch, ticket=ticket, hello=hello)
        except entering.NoSuchRoom:
            await self.shut(CloseCode.NOT_FOUND)
            return
        except entering.NotAllowed:
            await self.shut(CloseCode.FORBIDDEN)
            return
        self.hello = hello
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.welcome()
