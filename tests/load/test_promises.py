"""What breaks a promise is said in words, and the tables say what was measured."""

from dataclasses import replace

from bench.figures import CrowdFigures, EventFigures, FlagFigures, FrameFigures, Waits
from bench.load import Load, Used
from tests.bench.machine import Machine
from tests.load.document import document
from tests.load.promises import broken_promises
from tests.load.scenes import Scene, Stored
from tests.load.table import tables

FAST, SLOW = Waits(5.0, 40.0, 70.0, 90.0), Waits(50.0, 120.0, 300.0, 900.0)
NONE = Waits(None, None, None, None)


def crowd(ack: Waits = FAST, *, name: str = "candidates", lost: int = 0, live: Waits = NONE) -> CrowdFigures:
    return CrowdFigures(
        name=name,
        candidates=10,
        connected_at_the_end=10,
        reconnects=0,
        closes={},
        refusals={},
        sent_bytes=90_000,
        heard_bytes=20_000,
        events=EventFigures(130, 100, 100, 10.0, ack, 0, lost, 0, 5, 1, 0.4),
        frames=FrameFigures(2, 26, 20, 19, 1.9, 95.0, live, {"recorded": 19}),
        flags=FlagFigures(1, 1, FAST),
    )


def scene(name: str, *crowds: CrowdFigures) -> Scene:
    return Scene(name, Load(10.0, crowds, {"web": Used(45.0, 200)}), Stored(1000, 2000))


def test_a_lost_event_is_never_excused() -> None:
    broken = broken_promises([scene("events", crowd(lost=2))], short=True)
    assert broken == ["events, candidates: 2 acknowledged events are not in the database, 0 changed"]


def test_times_are_judged_in_the_full_form_alone() -> None:
    slow = [scene("events", crowd(SLOW))]
    assert broken_promises(slow, short=True) == []
    assert broken_promises(slow, short=False) == [
        "events: 95 of 100 events were acknowledged within 120.0 ms, wanted are 100"
    ]


def test_a_neighbour_may_not_be_slowed_twice() -> None:
    quiet = [scene("quiet alone", crowd(live=FAST)), scene("quiet beside noise", crowd(SLOW, live=FAST))]
    assert broken_promises(quiet, short=False) == [
        "noise slows a neighbour's acknowledgements from 40.0 to 120.0 ms (p95)"
    ]
    assert broken_promises([quiet[0], scene("quiet beside noise", crowd(live=FAST))], short=False) == []


def test_noise_may_wait_for_ever_and_others_may_not() -> None:
    def unanswered(name: str) -> CrowdFigures:
        one = crowd(name=name)
        return replace(one, events=replace(one.events, unanswered=3))

    assert broken_promises([scene("n", unanswered("noisy"))], short=True) == []
    assert broken_promises([scene("n", unanswered("quiet"))], short=True) == [
        "n, quiet: 3 events were never acknowledged"
    ]


def test_the_tables_hold_every_crowd_and_program() -> None:
    shown = tables([scene("events", crowd()), scene("quiet alone", crowd(name="quiet"))])
    assert (
        "| events      | candidates | 10         | 10.0     | 10.0    | 5.0    | 40.0   | 70.0   | 0 "
        in shown
    )
    assert "| quiet alone | quiet " in shown
    assert "| web              | 45.0 (200) | 45.0 (200)  |" in shown


def test_the_document_names_the_machine_and_what_was_not_kept() -> None:
    machine = Machine("2026-01-02", "A processor", 2, 0.1, "Linux", "3.11", {"Django": "5.2"})
    kept = document(machine, [scene("events", crowd())])
    assert "2026-01-02, A processor, 2 cores, Linux, Python 3.11" in kept
    assert kept.endswith("Every promise was kept.\n")
    broken = document(machine, [scene("events", crowd(SLOW))])
    assert (
        "- Not kept: events: 95 of 100 events were acknowledged within 120.0 ms, wanted are 100.\n" in broken
    )
