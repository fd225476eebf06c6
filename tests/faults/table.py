"""The outcomes as a table for the terminal, and as docs/reliability.md."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from tests.bench.machine import Machine
from tests.faults.row import RECOVERED_WITHIN_S, Outcome

HEAD = ("row", "what", "sent", "acknowledged", "lost", "twice", "flags", "recovery s", "results s", "verdict")
INTRODUCTION = """# Reliability: what was broken on purpose, and what came of it

Written by `make test-faults`, never by hand. Each row breaks one thing while candidates sit an exam on the
production profile (PostgreSQL, Redis, S3, two web processes, three workers, beat), and then compares the
flags that the candidates' script must raise, the database, the report as JSON and PDF, and the ids that a
webhook receiver got: each exactly once. Every acknowledged event must be in the database, the audit chain
whole, and the logs may name only what was broken. Recovery is the time from the end of the fault until
everything that was said before it is acknowledged; it must stay below {limit_s:.0f} seconds, and so must the
time until every result is there, with two seconds more for each candidate of the row, since one worker makes
all reports. A row whose fault was not felt counts as failed.

Not tried: packets lost beneath TCP, a server's clock that jumps, power lost together with the disk, a
migration during an exam. A flood of frames and a noisy neighbour are measured by `make test-load`.
"""


def figures(outcome: Outcome) -> dict[str, Any]:
    return asdict(outcome) | {"held": outcome.held}


def plain_table(outcomes: Sequence[Outcome]) -> str:
    rows = [HEAD, *(_cells(outcome) for outcome in outcomes)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    held = sum(outcome.held and outcome.is_tried for outcome in outcomes)
    told = [*_told(outcomes), f"{held} of {len(outcomes)} rows held"]
    return "\n".join([*(line.rstrip() for line in lines), *told])


def page(outcomes: Sequence[Outcome], machine: Machine, *, seed: int, took_s: float) -> str:
    """Markdown; every figure comes from the run that wrote it."""
    held = sum(outcome.held and outcome.is_tried for outcome in outcomes)
    failed = [outcome for outcome in outcomes if not outcome.held]
    return "\n".join(
        [
            INTRODUCTION.format(limit_s=RECOVERED_WITHIN_S),
            f"{held} of {len(outcomes)} rows held. {machine.date}, {machine.processor},",
            f"{machine.cores} cores, load {machine.load:.1f} at the start, {machine.system},",
            f"Python {machine.python}; seed {seed}; {took_s / 60:.0f} minutes. Client, services and workers",
            "shared the machine.",
            "",
            _markdown(("row", "what was broken", "how", *HEAD[2:])),
            _markdown(["---"] * (len(HEAD) + 1)),
            *(_markdown(_long_cells(outcome)) for outcome in outcomes),
            "",
            "## What was noticed",
            "",
            *(f"- row {outcome.number}: {'; '.join(outcome.notes)}" for outcome in outcomes if outcome.notes),
            *(f"- **row {outcome.number} failed**: {_one_line(outcome)}" for outcome in failed),
            "",
        ]
    )


def _cells(outcome: Outcome) -> tuple[str, ...]:
    return (
        outcome.number,
        outcome.name,
        str(outcome.sent),
        str(outcome.acknowledged),
        str(outcome.lost),
        str(outcome.duplicated),
        str(outcome.flags),
        _seconds(outcome.recovery_s),
        _seconds(outcome.results_s),
        verdict(outcome),
    )


def verdict(outcome: Outcome) -> str:
    if not outcome.is_tried:
        return "not tried"
    return "held" if outcome.held else "FAILED"


def _long_cells(outcome: Outcome) -> tuple[str, ...]:
    number, name, *rest = _cells(outcome)
    if not outcome.sent:
        rest = ["", "", "", "", "", "", "", rest[-1]]
    return (number, name, outcome.did, *rest)


def _told(outcomes: Sequence[Outcome]) -> list[str]:
    return [f"row {outcome.number} failed: {words}" for outcome in outcomes for words in outcome.broken]


def _one_line(outcome: Outcome) -> str:
    return " ".join("; ".join(outcome.broken).split())[:500]


def _seconds(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds:.1f}"


def _markdown(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
