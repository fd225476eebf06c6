"""Flags bundled into moments: what overlaps or nearly touches is looked at, and decided on, at once. Pure."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from proctoring.queries import SEVERITIES, FlagRow

NEAR_MS = 5_000
LONGEST_MS = 120_000


class Spanned(Protocol):
    """What begins, was noticed and perhaps has ended, in milliseconds since the session started."""

    @property
    def id(self) -> uuid.UUID: ...

    @property
    def since_ms(self) -> int: ...

    @property
    def t_ms(self) -> int: ...

    @property
    def end_ms(self) -> int | None: ...


Flagged = TypeVar("Flagged", bound=Spanned)


@dataclass(frozen=True, slots=True)
class Moment:
    """Flags of one sitting that belong together; it is called by its first flag's id."""

    flags: tuple[FlagRow, ...]

    @property
    def id(self) -> uuid.UUID:
        return self.flags[0].id

    @property
    def since_ms(self) -> int:
        return self.flags[0].since_ms

    @property
    def until_ms(self) -> int:
        return max(_end_ms(flag) for flag in self.flags)

    @property
    def lasted_ms(self) -> int:
        return self.until_ms - self.since_ms

    @property
    def severity(self) -> str:
        return min((flag.severity for flag in self.flags), key=SEVERITIES.index)

    @property
    def labels(self) -> tuple[str, ...]:
        """What happened, each once, in order."""
        return tuple(dict.fromkeys(flag.label for flag in self.flags))

    @property
    def waiting(self) -> tuple[FlagRow, ...]:
        return tuple(flag for flag in self.flags if flag.verdict is None)

    @property
    def is_decided(self) -> bool:
        return not self.waiting


def moments_of(flags: Iterable[FlagRow]) -> tuple[Moment, ...]:
    """Of the flags that the final replay knows."""
    return tuple(Moment(one) for one in bundled(flag for flag in flags if flag.in_final is not False))


def bundled(
    flags: Iterable[Flagged], *, near_ms: int = NEAR_MS, longest_ms: int = LONGEST_MS
) -> list[tuple[Flagged, ...]]:
    """Flags whose times overlap or lie within `near_ms`, together, whatever order they come in.

    What begins more than `longest_ms` after the first of them is a moment of its own: nobody can judge a
    whole exam at once.
    """
    found: list[list[Flagged]] = []
    until_ms = 0
    for flag in sorted(flags, key=lambda flag: (flag.since_ms, flag.t_ms, flag.id)):
        near = found and flag.since_ms <= until_ms + near_ms
        if near and flag.since_ms - found[-1][0].since_ms <= longest_ms:
            found[-1].append(flag)
            until_ms = max(until_ms, _end_ms(flag))
        else:
            found.append([flag])
            until_ms = _end_ms(flag)
    return [tuple(one) for one in found]


def _end_ms(flag: Spanned) -> int:
    """A flag of a single moment has no end; one that fired later than it began lasted until then."""
    return max(flag.t_ms, flag.end_ms or 0)
