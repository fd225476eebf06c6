"""The sender under test in processes of its own, killed and started again."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_LIMIT_S = 240
POLL_S = 0.05


@dataclass(frozen=True, slots=True)
class Program:
    """A part of the sender; it writes `ready` when it has begun to work."""

    name: str
    arguments: tuple[str, ...]
    ready: str


def embedded() -> tuple[Program, ...]:
    return (Program("serve", ("manage.py", "serve", "--no-demo"), "Invigil serves"),)


def production(folder: Path) -> tuple[Program, ...]:
    """The workers that docs/workers.md names for webhooks; the pages are not under test."""
    return (
        _worker("webhooks", "-Q", "webhooks", "-c", "1"),
        _worker("jobs", "-Q", "jobs,celery", "-c", "1", "-B", "-s", str(folder / "beat")),
    )


def _worker(name: str, *options: str) -> Program:
    program = ("-W", "ignore", "-m", "celery", "-A", "config", "worker", "-n", f"{name}@storm")
    return Program(name, (*program, "--loglevel=INFO", *options), f"{name}@storm ready.")


@dataclass
class Sender:
    programs: tuple[Program, ...]
    environment: dict[str, str]
    folder: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self) -> None:
        begun = [self._begin(program) for program in self.programs]
        self.processes = [process for process, _log in begun]
        for program, (process, log) in zip(self.programs, begun, strict=True):
            _await_word(program, process, log)

    def kill(self) -> None:
        """As a power cut would: no handler runs, nothing is put away."""
        self._end(signal.SIGKILL)
        self.start()

    def stop(self) -> None:
        self._end(signal.SIGINT if len(self.programs) == 1 else signal.SIGKILL)

    def _begin(self, program: Program) -> tuple[subprocess.Popen[bytes], Path]:
        log = self.folder / f"{program.name}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, *program.arguments],
                cwd=ROOT,
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                # A group of its own, so that a worker's children die with it.
                start_new_session=True,
            )
        return process, log

    def _end(self, how: signal.Signals) -> None:
        for process in self.processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, how)
        for process in self.processes:
            process.wait(timeout=60)


def _await_word(program: Program, process: subprocess.Popen[bytes], log: Path) -> None:
    end_s = time.monotonic() + START_LIMIT_S
    while program.ready not in log.read_text(errors="replace"):
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=POLL_S)
        if process.returncode is not None or time.monotonic() > end_s:
            raise RuntimeError(f"{program.name} did not start:\n{log.read_text(errors='replace')[-4000:]}")
