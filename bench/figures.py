"""What a crowd sent, what came back and how soon: the figures of one load, for a table and as JSON."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from bench.console_client import ConsoleClient
from bench.crowd import Crowd


@dataclass(frozen=True, slots=True)
class Span:
    """The part of a load that counts, by the clock of `time.perf_counter`."""

    begin_s: float
    end_s: float

    @property
    def length_s(self) -> float:
        return self.end_s - self.begin_s

    def holds(self, at_s: float) -> bool:
        return self.begin_s <= at_s < self.end_s


@dataclass(frozen=True, slots=True)
class Waits:
    """None where nothing came."""

    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None
    max_ms: float | None

    @classmethod
    def of(cls, waits_ms: Iterable[float]) -> "Waits":
        ordered = sorted(waits_ms)
        return cls(*(_share(ordered, share) for share in (0.5, 0.95, 0.99, 1.0)))


@dataclass(frozen=True, slots=True)
class EventFigures:
    """Of the events that were due in the span; `sent` and `unanswered` count those of the whole load.

    `lost`: acknowledged and not in the database; `changed`: kept there with another content. Both None where
    nobody could look.
    """

    sent: int
    due: int
    acked: int
    acked_a_second: float
    ack: Waits
    unanswered: int
    lost: int | None
    changed: int | None
    duplicates: int
    malformed: int
    left_late_p99_ms: float | None


@dataclass(frozen=True, slots=True)
class FrameFigures:
    """`coverage_percent`: recorded of those that were due; `live`: until the examiner's wall was told.

    `sent` and `outcomes` count those of the whole load.
    """

    senders: int
    sent: int
    due: int
    recorded: int
    recorded_a_second: float
    coverage_percent: float | None
    live: Waits
    outcomes: dict[str, int]


@dataclass(frozen=True, slots=True)
class FlagFigures:
    """From the event that causes a flag until the wall was told."""

    caused: int
    told: int
    live: Waits


@dataclass(frozen=True, slots=True)
class CrowdFigures:
    name: str
    candidates: int
    connected_at_the_end: int
    reconnects: int
    closes: dict[str, int]
    refusals: dict[str, int]
    sent_bytes: int
    heard_bytes: int
    events: EventFigures
    frames: FrameFigures
    flags: FlagFigures

    def to_json(self) -> dict[str, object]:
        return asdict(self)


def figures_of(
    name: str, crowd: Crowd, console: ConsoleClient, span: Span, looked_up: tuple[int, int] | None
) -> CrowdFigures:
    clients = crowd.clients
    closes = sum((client.counts.closes for client in clients), Counter[int]())
    refusals = sum((client.counts.refusals for client in clients), Counter[str]())
    return CrowdFigures(
        name=name,
        candidates=len(clients),
        connected_at_the_end=sum(client.is_welcome for client in clients),
        reconnects=sum(max(0, client.counts.connections - 1) for client in clients),
        closes={str(code): count for code, count in sorted(closes.items())},
        refusals=dict(sorted(refusals.items())),
        sent_bytes=sum(client.traffic.sent for client in clients),
        heard_bytes=sum(client.traffic.heard for client in clients),
        events=_events(crowd, span, looked_up),
        frames=_frames(crowd, console, span),
        flags=_flags(crowd, console, span),
    )


def _events(crowd: Crowd, span: Span, looked_up: tuple[int, int] | None) -> EventFigures:
    clients = crowd.clients
    due = sum(span.holds(event.due_s) for client in clients for event in client.events.values())
    waits_ms = [wait for client in clients for due_s, wait in client.acks if span.holds(due_s)]
    lost, changed = looked_up or (None, None)
    return EventFigures(
        sent=sum(client.counts.events for client in clients),
        due=due,
        acked=len(waits_ms),
        acked_a_second=round(len(waits_ms) / span.length_s, 1),
        ack=Waits.of(waits_ms),
        unanswered=sum(len(client.unacked) for client in clients),
        lost=lost,
        changed=changed,
        duplicates=crowd.duplicates,
        malformed=crowd.malformed,
        left_late_p99_ms=Waits.of(1000 * late_s for late_s in crowd.late_s).p99_ms,
    )


def _frames(crowd: Crowd, console: ConsoleClient, span: Span) -> FrameFigures:
    senders = crowd.clients[: crowd.plan.frame_senders]
    taken = {
        (client.session, t_ms): at_s
        for client in senders
        for t_ms, at_s in client.frame_taken_s.items()
        if span.holds(at_s)
    }
    due = round(len(senders) * span.length_s / crowd.plan.frame_interval_s)
    told = {key: console.frames[key] - at_s for key, at_s in taken.items() if key in console.frames}
    outcomes = sum((client.counts.frame_outcomes for client in senders), Counter[str]())
    return FrameFigures(
        senders=len(senders),
        sent=sum(client.counts.frames for client in senders),
        due=due,
        recorded=len(told),
        recorded_a_second=round(len(told) / span.length_s, 1),
        coverage_percent=round(100 * len(told) / due, 1) if due else None,
        live=Waits.of(1000 * wait_s for wait_s in told.values()),
        outcomes=dict(sorted(outcomes.items())),
    )


def _flags(crowd: Crowd, console: ConsoleClient, span: Span) -> FlagFigures:
    """A copy opens a flag at once: the first flag that the wall was told of after it is its own."""
    told_s: dict[str, list[float]] = {}
    for (session, _flag), at_s in sorted(console.flags.items(), key=lambda told: told[1]):
        told_s.setdefault(session, []).append(at_s)
    caused, waits_ms = 0, []
    for session, moments in crowd.flagged_s.items():
        # Flags come in the order of the events that caused them.
        told = dict(zip(moments, told_s.get(session, []), strict=False))
        counted = [moment for moment in moments if span.holds(moment)]
        caused += len(counted)
        waits_ms += [1000 * (told[moment] - moment) for moment in counted if moment in told]
    return FlagFigures(caused, len(waits_ms), Waits.of(waits_ms))


def _share(ordered: Sequence[float], share: float) -> float | None:
    """Below what this share of the waits lies."""
    return round(ordered[max(0, math.ceil(share * len(ordered)) - 1)], 1) if ordered else None
