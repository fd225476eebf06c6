"""The sender under test in processes of its own, killed and started again."""

import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.services.process import Program

ROOT = Path(__file__).resolve().parents[2]
STOP_LIMIT_S = 60


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the sender; it writes `ready` when it has begun to work."""

    name: str
    arguments: tuple[str, ...]
    ready: str


def embedded() -> tuple[Part, ...]:
    return (Part("serve", ("manage.py", "serve", "--no-demo"), "Invigil serves"),)


def production(folder: Path) -> tuple[Part, ...]:
    """The workers that docs/workers.md names for webhooks; the pages are not under test."""
    return (
        _worker("webhooks", "-Q", "webhooks", "-c", "1"),
        _worker("jobs", "-Q", "jobs,celery", "-c", "1", "-B", "-s", str(folder / "beat")),
    )


def _worker(name: str, *options: str) -> Part:
    program = ("-W", "ignore", "-m", "celery", "-A", "config", "worker", "-n", f"{name}@storm")
    return Part(name, (*program, "--loglevel=INFO", *options), f"{name}@storm ready.")


@dataclass
class Sender:
    parts: tuple[Part, ...]
    environment: dict[str, str]
    folder: Path
    programs: list[Program] = field(default_factory=list)

    def start(self) -> None:
        self.programs = self.programs or [self._program(part) for part in self.parts]
        try:
            for program in self.programs:
                program.begin()
            for program in self.programs:
                program.wait_until_ready()
        except BaseException:
            self._kill_all()
            raise

    def kill(self) -> None:
        """As a power cut would: no handler runs, nothing is put away."""
        self._kill_all()
        self.start()

    def stop(self) -> None:
        if len(self.programs) == 1:
            self.programs[0].stop(signal.SIGINT, limit_s=STOP_LIMIT_S)
        else:
            self._kill_all()

    def _kill_all(self) -> None:
        for program in self.programs:
            program.kill()

    def _program(self, part: Part) -> Program:
        return Program(
            part.name,
            [sys.executable, *part.arguments],
            self.folder / f"{part.name}.log",
            ready=lambda program: part.ready in program.written(),
            environment=self.environment,
            cwd=str(ROOT),
        )
