"""`python -m tests.faults [--short] [--rows 7,10b] [--seed N] [--write FILE] [--json FILE]` prints a table.

It fails when a row does not hold. The short form is a handful of the most telling rows, for every change.
"""

import argparse
import json
import os
import sys
import time
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.bench.machine import this_machine
from tests.faults import broken_lines, broken_processes, broken_services, elsewhere
from tests.faults.ground import Ground, faulty_ground
from tests.faults.row import Outcome, Row, run_row
from tests.faults.table import figures, page, plain_table, verdict
from tests.services.process import end_when_told

ROWS = (*broken_processes.ROWS, *broken_services.ROWS, *broken_lines.ROWS)


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.faults")
    options.add_argument("--short", action="store_true", help="the most telling rows only")
    options.add_argument("--rows", help="these rows only, by their numbers with commas between them")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--write", type=Path, metavar="FILE", help="write the page of all rows there")
    options.add_argument("--json", type=Path, metavar="FILE")
    chosen = options.parse_args()
    end_when_told()
    machine, begun_s = this_machine(), time.monotonic()
    outcomes: list[Outcome] = []
    for outcome in _run_all(chosen):
        outcomes.append(outcome)
        took_s = time.monotonic() - begun_s
        print(f"{took_s:5.0f} s  row {outcome.number} {outcome.name}: {verdict(outcome)}", file=sys.stderr)
        if chosen.write:
            # After each row, so that a run that is cut short has written what it did.
            chosen.write.write_text(page(outcomes, machine, seed=chosen.seed, took_s=took_s))
        if chosen.json:
            chosen.json.write_text(json.dumps([figures(one) for one in outcomes], indent=2) + "\n")
    print(plain_table(outcomes))
    return 0 if all(outcome.held for outcome in outcomes) else 1


def _run_all(chosen: argparse.Namespace) -> Iterator[Outcome]:
    yield from _run(_chosen(ROWS, chosen), seed=chosen.seed)
    if not chosen.short and not chosen.rows:
        yield from (elsewhere.run_elsewhere(row) for row in elsewhere.ROWS)


def _chosen(rows: Sequence[Row], chosen: argparse.Namespace) -> list[Row]:
    if chosen.rows:
        wanted = chosen.rows.split(",")
        unknown = set(wanted) - {row.number for row in rows}
        if unknown:
            raise SystemExit(f"there is no row {', '.join(sorted(unknown))}")
        return [row for row in rows if row.number in wanted]
    return [row for row in rows if row.in_short or not chosen.short]


def _run(rows: Sequence[Row], *, seed: int) -> Iterator[Outcome]:
    with faulty_ground(sittings=sum(row.candidates for row in rows), seed=seed) as ground:
        for place, row in enumerate(rows):
            outcome = _run_one(row, ground, seed * 1000 + place)
            _keep_logs(ground, outcome)
            yield outcome


def _run_one(row: Row, ground: Ground, seed: int) -> Outcome:
    if row.needs_root and os.geteuid() != 0:
        return Outcome(row.number, row.name, row.did, is_tried=False, notes=["not tried: this needs root"])
    try:
        return run_row(row, ground, seed=seed)
    except Exception as error:
        # A row that cannot be run to its end has not held; the next one has the ground in order again.
        traceback.print_exc()
        ground.make_good()
        return Outcome(row.number, row.name, row.did, broken=[f"{type(error).__name__}: {error}"])


def _keep_logs(ground: Ground, outcome: Outcome) -> None:
    folder = os.environ.get("FAULT_LOGS")
    if folder and not outcome.held:
        Path(folder, f"row-{outcome.number}.log").write_text(ground.stack.log_text())


if __name__ == "__main__":
    sys.exit(main())
