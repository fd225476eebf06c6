"""A program is stopped, killed with what it started, made to hang, and started again."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.process import Program, ServiceFailed

TALKER = "import time; print('ready', flush=True); time.sleep(600)"
PARENT = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {TALKER!r}])"


@pytest.fixture
def parent(tmp_path: Path) -> Iterator[Program]:
    program = Program(
        "Parent",
        [sys.executable, "-c", PARENT],
        tmp_path / "log",
        ready=lambda program: "ready\n" in program.written(),
    )
    program.start()
    yield program
    program.kill()


def state_of(process_id: int) -> str:
    """The kernel's letter: S sleeps, T is stopped."""
    return Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0]


def is_gone(process_id: int) -> bool:
    try:
        return state_of(process_id) == "Z"
    except OSError:
        return True


def test_a_kill_reaches_what_the_program_started(parent: Program) -> None:
    (child,) = parent.children()
    parent.kill()
    assert not parent.is_running
    assert is_gone(child)


def test_a_program_that_was_killed_starts_again_and_goes_on_with_its_log(parent: Program) -> None:
    before = parent.pid
    parent.kill()
    parent.start()
    assert parent.is_running
    assert parent.pid != before
    assert parent.log.read_text() == "ready\nready\n"
    assert parent.written() == "ready\n"


def test_what_hangs_goes_on_where_it_was(parent: Program) -> None:
    def states() -> set[str]:
        return {state_of(one) for one in parent.tree()}

    parent.freeze()
    while states() != {"T"}:
        os.sched_yield()
    parent.thaw()
    while "T" in states():
        os.sched_yield()
    assert parent.is_running


def test_what_runs_is_not_started_twice(parent: Program) -> None:
    with pytest.raises(ServiceFailed, match="Parent runs already"):
        parent.start()
