"""Eyes over a minute: the share of time closed (PERCLOS), and blinks where pictures follow fast enough."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from analysis.observations import CLOSED_EYES

WINDOW_S = 60
LONGEST_STEP_MS = 2000
"""Between pictures further apart nothing is known about the eyes."""
BLINK_STEP_MS = 70
"""Fifteen pictures a second, with a little play: a blink lasts 0.1 to 0.4 s and falls between slower ones."""
SHORTEST_BLINK_MS, LONGEST_BLINK_MS = 50, 500
KNOWN_MS = 45_000
KNOWN_PICTURES = 40
FAST_MS = 30_000


@dataclass(frozen=True, slots=True)
class EyeSecond:
    """What one second of the exam told: times in milliseconds."""

    second: int
    known_ms: int = 0
    closed_ms: int = 0
    fast_ms: int = 0
    pictures: int = 0
    blinks: int = 0


@dataclass(frozen=True, slots=True)
class EyeWatch:
    """The last minute by seconds, the last picture, and since when the eyes are closed in fast pictures."""

    t_ms: int | None = None
    closed: bool = False
    closed_since_ms: int | None = None
    seconds: tuple[EyeSecond, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Seconds as rows of numbers: this is written with every picture."""
        rows = [
            [one.second, one.known_ms, one.closed_ms, one.fast_ms, one.pictures, one.blinks]
            for one in self.seconds
        ]
        return {
            "t_ms": self.t_ms,
            "closed": self.closed,
            "closed_since_ms": self.closed_since_ms,
            "seconds": rows,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> EyeWatch:
        """Read what `to_json` wrote.

        Raises:
            KeyError, TypeError: for a missing or impossible value.
        """
        seconds = tuple(EyeSecond(*one) for one in stored["seconds"])
        return cls(stored["t_ms"], bool(stored["closed"]), stored["closed_since_ms"], seconds)


@dataclass(frozen=True, slots=True)
class EyeMinute:
    """`perclos` is a share 0..1; `None` is unknown."""

    perclos: float | None = None
    blinks_per_minute: float | None = None


def watch_eyes(watch: EyeWatch, closure: float | None, t_ms: int) -> tuple[EyeWatch, EyeMinute]:
    """Take one more picture's eye closure, 0 open to 1 closed, `None` if unknown.

    PERCLOS is known once 45 of the last 60 seconds and 40 pictures were. Blinks are counted only between
    pictures at most 70 ms apart, and known after half a minute of such pictures: an eye closed for 50 to
    500 ms is one. Time counts as closed where the picture that ends it shows closed eyes (closure 0.7).

    Source: research section 1.5.
    """
    kept = tuple(one for one in watch.seconds if one.second > t_ms // 1000 - WINDOW_S)
    if closure is None:
        return EyeWatch(seconds=kept), _minute(kept)
    closed = closure > CLOSED_EYES
    step_ms = None if watch.t_ms is None or t_ms <= watch.t_ms else t_ms - watch.t_ms
    if step_ms is None or step_ms > LONGEST_STEP_MS:
        return EyeWatch(t_ms, closed, None, kept), _minute(kept)
    fast = step_ms <= BLINK_STEP_MS
    since_ms = _closed_since(watch, closed, fast, t_ms)
    blinked = not closed and fast and watch.closed_since_ms is not None
    lasted_ms = t_ms - (watch.closed_since_ms or 0)
    blink = blinked and SHORTEST_BLINK_MS <= lasted_ms <= LONGEST_BLINK_MS
    last = kept[-1] if kept and kept[-1].second == t_ms // 1000 else EyeSecond(t_ms // 1000)
    now = replace(
        last,
        known_ms=last.known_ms + step_ms,
        closed_ms=last.closed_ms + (step_ms if closed else 0),
        fast_ms=last.fast_ms + (step_ms if fast else 0),
        pictures=last.pictures + 1,
        blinks=last.blinks + int(blink),
    )
    seconds = (*(one for one in kept if one.second != now.second), now)
    return EyeWatch(t_ms, closed, since_ms, seconds), _minute(seconds)


def _closed_since(watch: EyeWatch, closed: bool, fast: bool, t_ms: int) -> int | None:
    """When the eyes closed, if that was seen: open just before, in pictures that follow fast."""
    if not closed or not fast:
        return None
    return watch.closed_since_ms if watch.closed else t_ms


def _minute(seconds: tuple[EyeSecond, ...]) -> EyeMinute:
    known_ms = sum(one.known_ms for one in seconds)
    fast_ms = sum(one.fast_ms for one in seconds)
    enough = known_ms >= KNOWN_MS and sum(one.pictures for one in seconds) >= KNOWN_PICTURES
    blinks = sum(one.blinks for one in seconds)
    return EyeMinute(
        perclos=sum(one.closed_ms for one in seconds) / known_ms if enough else None,
        blinks_per_minute=60_000 * blinks / fast_ms if fast_ms >= FAST_MS else None,
    )
