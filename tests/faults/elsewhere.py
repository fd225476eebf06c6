"""Rows of the fault table that are tested elsewhere: run here, and taken into the table by name."""

import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from tests.faults.row import Outcome
from tests.stack.stack import ROOT

LIMIT_S = 900
PASSED = re.compile(r"(\d+) passed")


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """`tests` are named as pytest names them, run on the production profile's services."""

    number: str
    name: str
    tests: tuple[str, ...]


ROWS = (
    Elsewhere("20", "browser without a line, reload", ("tests/flows/test_bad_network.py",)),
    Elsewhere(
        "21",
        "data after the end",
        ("tests/proctoring/test_late_frames.py", "tests/proctoring/test_any_order.py"),
    ),
    Elsewhere("26", "webhook worker killed between sending and noting it", ("tests/webhooks/test_storm.py",)),
    Elsewhere("36b", "whoever reads nothing is closed", ("tests/proctoring/test_sockets_on_the_wire.py",)),
    Elsewhere("32", "purge against a legal hold", ("tests/privacy/test_purging.py",)),
    Elsewhere(
        "33",
        "backup restored, the erased stay away",
        ("tests/config/backup/test_backup.py", "tests/privacy/test_erasing.py"),
    ),
    Elsewhere("34", "keys turned during an exam", ("tests/accounts/test_rotation.py",)),
)
# These bring a server of their own, or drive a browser.
ON_EMBEDDED = ("tests/flows", "tests/webhooks", "tests/proctoring/test_sockets_on_the_wire.py")


def run_elsewhere(row: Elsewhere) -> Outcome:
    outcome = Outcome(row.number, row.name, "by " + ", ".join(f"`{test}`" for test in row.tests))
    status, said = _run(_command(row.tests))
    passed = PASSED.search(said)
    outcome.notes.append(f"{passed.group(1) if passed else 0} tests passed")
    if status:
        outcome.broken.append(said[-1500:])
    return outcome


def _run(command: Sequence[str]) -> tuple[int, str]:
    """Status and output; one that is given up is asked to end, with its services."""
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            said, _ = process.communicate(timeout=LIMIT_S)
        except BaseException:
            process.terminate()
            raise
    return process.returncode, said


def _command(tests: Sequence[str]) -> list[str]:
    pytest = [sys.executable, "-m", "pytest", "-q", *tests]
    if tests[0].startswith(ON_EMBEDDED):
        return pytest
    production = [*pytest, "--ds=config.settings.test_production", "-m", "not embedded_only"]
    return [sys.executable, "-m", "tests.services", "--", *production]
