"""Backpressure of one socket, pure: one frame in flight, the newest waits; and a bucket against floods."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from proctoring.protocol import FrameMessage, LookMessage, SoundMessage

ANSWER_WITHIN_S = 10.0
Message = TypeVar("Message", FrameMessage, SoundMessage, LookMessage)


@dataclass(frozen=True, slots=True)
class Admission(Generic[Message]):
    """What to do now that a frame has come: start this one, tell the sender that another was dropped."""

    start: Message | None = None
    dropped_seq: int | None = None
    stale: bool = False


class InFlight(Generic[Message]):
    """At most one frame is being analysed; of those that come meanwhile only the newest is kept."""

    def __init__(self) -> None:
        self._current: Message | None = None
        self._waiting: Message | None = None
        self._newest_seq = 0

    @property
    def current_seq(self) -> int | None:
        return self._current.seq if self._current else None

    def offer(self, frame: Message) -> Admission[Message]:
        if frame.seq <= self._newest_seq:
            return Admission(stale=True)
        self._newest_seq = frame.seq
        if self._current is None:
            self._current = frame
            return Admission(start=frame)
        dropped, self._waiting = self._waiting, frame
        return Admission(dropped_seq=dropped.seq if dropped else None)

    def release(self, seq: int) -> bool:
        """Whether that frame was the one in flight; an answer that comes too late frees nothing."""
        if self._current is None or self._current.seq != seq:
            return False
        self._current = None
        return True

    def next(self) -> Message | None:
        """The frame that waited, now in flight."""
        if self._current is not None or self._waiting is None:
            return None
        self._current, self._waiting = self._waiting, None
        return self._current


class Bucket:
    """A bucket of tokens: `burst` at once, `per_s` in the long run."""

    def __init__(self, *, burst: float, per_s: float, now_s: float) -> None:
        self._burst, self._per_s = burst, per_s
        self._tokens, self._at_s = burst, now_s

    def take(self, now_s: float) -> bool:
        self._tokens = min(self._burst, self._tokens + (now_s - self._at_s) * self._per_s)
        self._at_s = now_s
        if self._tokens < 1.0:
            return False
        self._tokens -= 1.0
        return True
