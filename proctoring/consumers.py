"""The candidate's room: its socket. It translates and decides nothing."""

from collections.abc import Awaitable, Callable
from typing import Any

from accounts.errors import DomainError
from accounts.log_context import log_from_now_as
from proctoring import entering, figures, live, living_sockets, protocol, room_chat
from proctoring.chat_protocol import ChatRead, ChatSince, ChatWrite
from proctoring.event_commits import commit_events
from proctoring.gathering import NotDone
from proctoring.gaze_protocol import GazeBegin, GazeFit
from proctoring.protocol import CloseCode, Events, Pong, RoomHello, RoomMessage
from proctoring.room_signals import RoomSignals
from proctoring.services import gaze_points, presence
from proctoring.services.errors import OtherDevice
from proctoring.signal_protocol import SignalCandidates, SignalDescription, SignalEnd
from proctoring.sockets import in_database
from proctoring.tasks import submit_fit


class RoomConsumer(RoomSignals):
    ticket_kind = "seat"

    async def take_text(self, text: str) -> None:
        message = protocol.parse_room_message(text)
        await _TAKERS[type(message)](self, message)

    async def left(self) -> None:
        await super().left()
        if self.room is not None:
            await in_database(presence.note_left, session_id=self.room.session_id, channel=self.channel_name)
            await self.channel_layer.group_discard(live.room_group(self.room.session_id), self.channel_name)

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
        log_from_now_as(session=str(entry.room.session_id))
        group = live.room_group(entry.room.session_id)
        await self.channel_layer.group_add(group, self.channel_name)
        await self.channel_layer.group_send(group, {"type": "room.taken", "channel": self.channel_name})
        await self.welcome(**entry.welcome)

    async def _record(self, message: Events) -> None:
        room, begun_s = self.entered(), self._now_s()
        try:
            recorded = await commit_events(room, message.events)
        except OtherDevice:
            await self.shut(CloseCode.OTHER_DEVICE)
            return
        except NotDone:
            await self.apologise()
            return
        await self.tell({"type": "ack", "stream": "browser", "seq": recorded.contiguous_seq})
        figures.EVENTS_TAKEN.inc(len(message.events))
        figures.ACKNOWLEDGED_SECONDS.labels("browser").observe(self._now_s() - begun_s)

    async def _lead_through_points(self, message: GazeBegin | GazeFit) -> None:
        room = self.entered()
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

    async def _note_seen(self, _pong: Pong) -> None:
        if self.room is not None:
            living_sockets.answered(self.room.session_id)


# A family of messages of its own brings functions of its own here: `async def take_x(socket, message)`.
_TAKERS: dict[type[RoomMessage], Callable[[RoomConsumer, Any], Awaitable[None]]] = {
    RoomHello: RoomConsumer._enter,
    Events: RoomConsumer._record,
    GazeBegin: RoomConsumer._lead_through_points,
    GazeFit: RoomConsumer._lead_through_points,
    ChatWrite: room_chat.take_chat,
    ChatSince: room_chat.take_since,
    ChatRead: room_chat.take_read,
    SignalDescription: RoomConsumer.take_signal,
    SignalCandidates: RoomConsumer.take_signal,
    SignalEnd: RoomConsumer.take_signal,
    Pong: RoomConsumer._note_seen,
}
