"""Which moments of a sitting may leave the candidate's computer, where only flagged ones do."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from exams.models import Session
from proctoring.models import Flag

# What came before a flag tells as much as the flag itself; and a flag is raised some seconds late.
AROUND_MS = 10_000
# The others cost no points and would make of flagged moments nearly the whole exam.
SEVERITIES = ("warning", "critical")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Milliseconds of the session; without `until_ms` it still goes on."""

    since_ms: int
    until_ms: int | None

    def touches(self, start_ms: int, end_ms: int) -> bool:
        return end_ms > self.since_ms and (self.until_ms is None or start_ms < self.until_ms)


def wanted_by(flag: Flag) -> Wanted | None:
    """The moments around a flag; none for those that no video is kept of."""
    if flag.severity not in SEVERITIES:
        return None
    # While it lasts the place of the beginning may still move; who was told of one keeps asking for it.
    since_ms = max(0, min(flag.since_ms, flag.t_ms) - AROUND_MS)
    if flag.is_open:
        return Wanted(since_ms, None)
    return Wanted(since_ms, max(flag.t_ms, flag.end_ms or 0) + AROUND_MS)


def wanted_of(session: Session) -> tuple[Wanted, ...]:
    """Of all flags until now, in order; those that touch are one."""
    flags = Flag.objects.filter(session=session, severity__in=SEVERITIES)
    return merged(wanted for flag in flags if (wanted := wanted_by(flag)) is not None)


def is_wanted(session_id: uuid.UUID, start_ms: int, end_ms: int) -> bool:
    flags = Flag.objects.filter(session_id=session_id, severity__in=SEVERITIES)
    return any(wanted.touches(start_ms, end_ms) for flag in flags if (wanted := wanted_by(flag)) is not None)


def merged(spans: Iterable[Wanted]) -> tuple[Wanted, ...]:
    result: list[Wanted] = []
    for span in sorted(spans, key=lambda one: one.since_ms):
        last = result[-1] if result else None
        if last is None or (last.until_ms is not None and span.since_ms > last.until_ms):
            result.append(span)
        elif last.until_ms is not None:
            until_ms = None if span.until_ms is None else max(last.until_ms, span.until_ms)
            result[-1] = Wanted(last.since_ms, until_ms)
    return tuple(result)
