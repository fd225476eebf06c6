"""The figures of a load, from candidates and a wall whose moments are known."""

from random import Random

from bench.console_client import ConsoleClient
from bench.crowd import Crowd, Plan
from bench.figures import Span, Waits, figures_of
from bench.room_client import Event, RoomClient


def candidate(session: str) -> RoomClient:
    return RoomClient(url="http://exams.example", session=session, cookie="c", dice=Random(1))


def wall() -> ConsoleClient:
    return ConsoleClient(url="http://exams.example", exam="e", cookie="c", dice=Random(1))


def event(client: RoomClient, seq: int, due_s: float, waited_ms: float | None, name: str = "online") -> None:
    client.events[seq] = Event(seq, round(1000 * due_s), name, due_s)
    if waited_ms is None:
        client.unacked[seq] = due_s
    else:
        client.acks.append((due_s, waited_ms))


def test_only_what_was_due_in_the_span_counts_and_what_was_never_answered_is_named() -> None:
    one, other = candidate("one"), candidate("other")
    event(one, 1, 9.9, 900.0)
    event(one, 2, 10.0, 10.0)
    event(one, 3, 11.5, 30.0)
    event(other, 1, 11.9, None)
    event(other, 2, 12.0, 800.0)
    crowd = Crowd([one, other], Plan(ramp_s=0, hold_s=2), Random(1))
    figures = figures_of("crowd", crowd, wall(), Span(10.0, 12.0), (0, 0))
    assert (figures.events.due, figures.events.acked, figures.events.acked_a_second) == (3, 2, 1.0)
    assert figures.events.ack == Waits(10.0, 30.0, 30.0, 30.0)
    assert (figures.events.unanswered, figures.events.lost, figures.events.changed) == (1, 0, 0)


def test_frames_count_from_their_picture_to_the_wall_and_flags_from_their_event() -> None:
    one, console = candidate("one"), wall()
    one.frame_taken_s = {10_000: 10.0, 11_000: 11.0, 13_000: 13.0}
    one.counts.frame_outcomes.update(recorded=2, unavailable=1)
    console.frames = {("one", 10_000): 10.25, ("one", 13_000): 13.1}
    crowd = Crowd([one], Plan(ramp_s=0, hold_s=2, frame_senders=1), Random(1), [b"jpeg"])
    crowd.flagged_s = {"one": [9.0, 10.5, 11.5]}
    console.flags = {("one", "second"): 10.7, ("one", "first"): 9.5}
    figures = figures_of("crowd", crowd, console, Span(10.0, 12.0), None)
    assert (figures.frames.due, figures.frames.recorded, figures.frames.coverage_percent) == (2, 1, 50.0)
    assert figures.frames.live.p95_ms == 250.0
    assert figures.frames.outcomes == {"recorded": 2, "unavailable": 1}
    assert (figures.flags.caused, figures.flags.told, figures.flags.live.p50_ms) == (2, 1, 200.0)
    assert figures.events.lost is None


def test_shares_are_those_of_the_waits_that_were_measured() -> None:
    assert Waits.of(range(1, 101)) == Waits(50, 95, 99, 100)
    assert Waits.of([]) == Waits(None, None, None, None)
