"""The table says what was measured, and a row that failed says why."""

from tests.bench.machine import Machine
from tests.faults.row import Outcome
from tests.faults.table import figures, page, plain_table

MACHINE = Machine("2026-11-21T12:00:00+00:00", "Some processor", 2, 0.51, "Linux", "3.11.7", {})


def held() -> Outcome:
    return Outcome(
        number="7",
        name="Redis stopped",
        did="killed for 20 s",
        sent=86,
        acknowledged=86,
        flags=34,
        recovery_s=5.94,
        results_s=8.75,
        notes=["3 sockets closed with 1000"],
    )


def failed() -> Outcome:
    return Outcome("34", "keys turned", "by `a test`", broken=["1 failed\n  in 2 s"])


def test_the_terminals_table() -> None:
    assert plain_table([held(), failed()]).splitlines() == [
        "row  what           sent  acknowledged  lost  twice  flags  recovery s  results s  verdict",
        "7    Redis stopped  86    86            0     0      34     5.9         8.8        held",
        "34   keys turned    0     0             0     0      0      -           -          FAILED",
        "row 34 failed: 1 failed",
        "  in 2 s",
        "1 of 2 rows held",
    ]


def test_the_page() -> None:
    written = page([held(), failed()], MACHINE, seed=3, took_s=600)
    for line in (
        "1 of 2 rows held. 2026-11-21T12:00:00+00:00, Some processor,",
        "2 cores, load 0.5 at the start, Linux,",
        "Python 3.11.7; seed 3; 10 minutes. Client, services and workers",
        "| 7 | Redis stopped | killed for 20 s | 86 | 86 | 0 | 0 | 34 | 5.9 | 8.8 | held |",
        "| 34 | keys turned | by `a test` |  |  |  |  |  |  |  | FAILED |",
        "- row 7: 3 sockets closed with 1000",
        "- **row 34 failed**: 1 failed in 2 s",
    ):
        assert line in written.splitlines()


def test_the_figures() -> None:
    assert figures(held())["held"] is True
    assert figures(failed())["held"] is False
