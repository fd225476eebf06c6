"""Runs the named tests and says per test what became of it."""

import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from xml.etree import ElementTree

from tests.security.tables import ROOT

PASSED, FAILED, LEFT_OUT = "passed", "failed", "left out"


def outcomes_of(tests: Iterable[str], *, settings: str, before: Sequence[str] = ()) -> dict[str, list[str]]:
    """By `file::name`, the outcome of each of its cases; a test without a case is not in it."""
    wanted = sorted(set(tests))
    with tempfile.TemporaryDirectory(prefix="security-") as folder:
        report = Path(folder) / "report.xml"
        command = [
            *before,
            *(
                sys.executable,
                "-m",
                "pytest",
                "-q",
                f"--ds={settings}",
                f"--junit-xml={report}",
                "-p",
                "no:cacheprovider",
            ),
            *wanted,
        ]
        subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        return _read(report) if report.exists() else {}


def worst(found: dict[str, list[str]], tests: Iterable[str]) -> str:
    """Of a row with several tests; what did not run has not passed."""
    outcomes = [outcome for test in tests for outcome in found.get(test, [LEFT_OUT])]
    return next((one for one in (FAILED, LEFT_OUT) if one in outcomes), PASSED)


def _read(report: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for case in ElementTree.parse(report).iter("testcase"):
        file = case.get("classname", "").replace(".", "/") + ".py"
        name = case.get("name", "").partition("[")[0]
        found.setdefault(f"{file}::{name}", []).append(_outcome(case))
    return found


def _outcome(case: ElementTree.Element) -> str:
    if case.find("failure") is not None or case.find("error") is not None:
        return FAILED
    return LEFT_OUT if case.find("skipped") is not None else PASSED
