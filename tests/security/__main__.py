"""`python -m tests.security [--short] [--write]`: tries everything, prints a table, fails on what fails."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.bench.machine import this_machine
from tests.security.fuzzing import TARGETS, fuzz
from tests.security.outcomes import FAILED, LEFT_OUT, PASSED, outcomes_of, worst
from tests.security.tables import ROOT, BadInput, bad_inputs, counted, requirements
from tests.supply.advisories import CannotAsk, accepted_in, findings_in, not_accepted
from tests.supply.packages import all_packages

PAGE = ROOT / "docs" / "security.md"
# The places of the page that the command writes, and nobody else.
FIGURES, REQUIREMENTS = "figures", "requirements"
EMBEDDED, PRODUCTION = "config.settings.test", "config.settings.test_production"
# Quick, and of no other test's doing: the rest of the rows runs with the suite anyway.
SHORT_FAMILIES = ("frames", "join links")
HEADERS = ("tests/config/test_headers.py", "tests/config/test_security_settings.py")
WALLS = ("tests/config/postgres",)
WIRE = ("tests/proctoring/test_sockets_on_the_wire.py",)
ON_PRODUCTION = (sys.executable, "-m", "tests.services", "--")
SEED = 20_261_121


@dataclass(frozen=True, slots=True)
class Line:
    what: str
    tried: str
    outcome: str
    failed: bool = False


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.security")
    parser.add_argument("--short", action="store_true", help="two minutes, for continuous integration")
    parser.add_argument("--write", action="store_true", help=f"put the table into {PAGE.name}")
    parser.add_argument("--requirements", action="store_true", help="only what is met, which runs nothing")
    chosen = parser.parse_args(arguments)
    met = met_table()
    print(met)
    if chosen.write:
        _put(REQUIREMENTS, met)
    if chosen.requirements:
        return 0
    lines = [*_bad_inputs(short=chosen.short), *_files(short=chosen.short)]
    lines += [*_advisories(), *_nonsense(for_s=5 if chosen.short else 300)]
    table = _table(lines, short=chosen.short)
    print(table)
    if chosen.write:
        _put(FIGURES, table)
    return 1 if any(line.failed for line in lines) else 0


def met_table() -> str:
    """What of ASVS is met, and what is not, from its own table alone."""
    head = "Made by `python -m tests.security --requirements --write` from `docs/asvs.csv`."
    return "\n".join(["## What is met", "", head, "", *_rows(_requirements()), ""])


def _requirements() -> list[Line]:
    found = requirements()
    numbers = counted(found)
    lines = []
    for level in (1, 2):
        states = {state: number for (of, state), number in sorted(numbers.items()) if of == level}
        said = ", ".join(f"{number} {state}" for state, number in states.items())
        lines.append(Line(f"ASVS 5.0, level {level}", f"{sum(states.values())} items", said))
    short_of = [one for one in found if one.state in ("not met", "partly")]
    return [*lines, *(Line(f"{one.id} {one.title}", one.state, one.reason) for one in short_of)]


def _bad_inputs(*, short: bool) -> list[Line]:
    rows = bad_inputs()
    tried = [row for row in rows if row.tests and (not short or row.family in SHORT_FAMILIES)]
    found = outcomes_of((test for row in tried for test in row.tests), settings=EMBEDDED)
    if not short:
        # What only the production profile has is tried there.
        there = [test for row in tried for test in row.tests if test not in found]
        found |= outcomes_of(there, settings=PRODUCTION, before=ON_PRODUCTION) if there else {}
    families = dict.fromkeys(row.family for row in rows)
    return [
        _family(family, [row for row in rows if row.family == family], tried, found) for family in families
    ]


def _family(family: str, rows: list[BadInput], tried: list[BadInput], found: dict[str, list[str]]) -> Line:
    outcomes = {row.row: worst(found, row.tests) for row in rows if row in tried}
    failed = [str(number) for number, outcome in outcomes.items() if outcome == FAILED]
    left = [str(number) for number, outcome in outcomes.items() if outcome == LEFT_OUT]
    said = f"{list(outcomes.values()).count(PASSED)} as expected"
    said += f"; failed: {', '.join(failed)}" if failed else ""
    said += f"; did not run: {', '.join(left)}" if left else ""
    beside = [row for row in rows if not row.tests]
    said += f"; {len(beside)} do not apply" if beside else ""
    not_tried = len(rows) - len(outcomes) - len(beside)
    said += f"; {not_tried} only in the long form" if not_tried else ""
    return Line(f"Bad input: {family}", f"{len(outcomes)} rows", said, failed=bool(failed or left))


def _files(*, short: bool) -> list[Line]:
    lines = [_whole("Headers, cookies, logs", HEADERS), _whole("Sockets on a real server", WIRE)]
    if short:
        return [*lines, Line("Row-level security", "-", "runs with the production profile's tests")]
    return [*lines, _whole("Row-level security", WALLS, settings=PRODUCTION, before=ON_PRODUCTION)]


def _whole(what: str, files: Sequence[str], *, settings: str = EMBEDDED, before: Sequence[str] = ()) -> Line:
    found = outcomes_of(files, settings=settings, before=before)
    outcomes = [outcome for several in found.values() for outcome in several]
    said = ", ".join(f"{outcomes.count(one)} {one}" for one in (PASSED, FAILED, LEFT_OUT) if one in outcomes)
    return Line(
        what, f"{len(outcomes)} cases", said or "nothing ran", failed=FAILED in outcomes or not outcomes
    )


def _advisories() -> list[Line]:
    packages = all_packages()
    what, tried = "Known weaknesses of packages", f"{len(packages)} packages"
    try:
        found = not_accepted(findings_in(packages), accepted_in(), today=datetime.now(UTC).date())
    except CannotAsk as error:
        return [Line(what, tried, f"NOT CHECKED: the service could not be asked ({error})")]
    said = "; ".join(str(one) for one in found) or "none"
    return [Line(what, tried, said, failed=bool(found))]


def _nonsense(*, for_s: float) -> list[Line]:
    lines = []
    for what in TARGETS:
        found = fuzz(what, seed=SEED, for_s=for_s)
        said = f"{found.refused:,} refused, {found.taken:,} taken, {len(found.faults)} faults; "
        said += f"slowest {found.slowest_ms:.0f} ms, memory grew {found.grown_mib:.0f} MiB"
        said += f"; {found.faults[0]}" if found.faults else ""
        lines.append(Line(f"Nonsense: {what}", f"{found.tries:,} in {for_s:g} s", said, bool(found.faults)))
    return lines


def _table(lines: Sequence[Line], *, short: bool) -> str:
    told = this_machine()
    on = f"{told.processor}, {told.cores} cores, load {told.load}"
    form = "short form" if short else "long form"
    head = f"Made by `make test-security` ({form}) on {datetime.now(UTC):%Y-%m-%d}, seed {SEED}, on {on}."
    return "\n".join(["## What was tried", "", head, "", *_rows(lines), ""])


def _rows(lines: Sequence[Line]) -> list[str]:
    head = ["| what | tried | outcome |", "|---|---|---|"]
    return [*head, *(f"| {line.what} | {line.tried} | {line.outcome} |" for line in lines)]


def _put(place: str, text: str) -> None:
    begins, ends = marks(place)
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(begins)
    _, _, after = rest.partition(ends)
    PAGE.write_text(f"{before}{begins}\n{text}\n{ends}{after}", encoding="utf-8")


def marks(place: str) -> tuple[str, str]:
    return f"<!-- {place} -->\n", f"<!-- /{place} -->\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
