"""What both ends of a live picture's signalling share: routing by the layer, and a limit to what is said."""

import logging
import uuid
from dataclasses import dataclass
from typing import Any

from proctoring.inflight import Bucket
from proctoring.signal_protocol import SignalCandidates, SignalDescription
from proctoring.sockets import Socket
from proctoring.wire import ProtocolError

logger = logging.getLogger(__name__)

# A beginning takes about ten messages, a change of the network as many.
BURST_SIGNALS = 40
SIGNALS_PER_S = 4


@dataclass(slots=True)
class Line:
    """One live picture, as one of its ends knows it: the other end's channel, and how much may be said."""

    watch: str
    session_id: uuid.UUID
    channel: str
    bucket: Bucket
    begun_s: float | None = None


class Signalling(Socket):
    """A socket that talks with another one through the channel layer."""

    def new_line(self, watch: str, session_id: uuid.UUID, channel: str) -> Line:
        bucket = Bucket(burst=BURST_SIGNALS, per_s=SIGNALS_PER_S, now_s=self._now_s())
        return Line(watch, session_id, channel, bucket)

    async def relay(self, line: Line, signal: SignalDescription | SignalCandidates) -> None:
        if not line.bucket.take(self._now_s()):
            raise ProtocolError("too_many_signals", "So much is not said about one live picture.")
        await self.pass_on(line, "signal.relayed", content=signal.content())

    async def pass_on(self, line: Line, kind: str, **content: Any) -> None:
        """The other end may be gone, and the layer may be away: a live picture is then lost, nothing else."""
        try:
            await self.channel_layer.send(line.channel, {"type": kind, "watch": line.watch, **content})
        except Exception as error:
            logger.warning("a signal was lost: %s: %s", type(error).__name__, error)

    async def say(self, what: str, watch: str, **content: Any) -> None:
        await self.tell({"type": "signal", "what": what, "watch": watch, **content})
