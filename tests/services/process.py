"""Starts a server, waits until it answers, and stops it; a program can be killed and started again."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from bench.tree import process_tree

START_LIMIT_S = 240.0
STOP_LIMIT_S = 15.0
POLL_S = 0.05
LOG_TAIL_CHARACTERS = 4000


class ServiceFailed(Exception):
    """A server ended or did not answer in time; the message holds the end of its log."""


def end_when_told() -> None:
    """SIGTERM becomes an ordinary exit, so that whoever is terminated stops what it has started."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def accepts_connections(port: int) -> bool:
    with socket.socket() as client:
        client.settimeout(1)
        return client.connect_ex(("127.0.0.1", port)) == 0


@dataclass
class Program:
    """A server with a log file; each start goes on at the end of the log.

    `stop` asks it to end, `kill` leaves it and what it started no time for anything (SIGKILL), `freeze` makes
    it hang until `thaw`. After each of the first two `start` runs the same command again.
    """

    name: str
    command: Sequence[str]
    log: Path
    ready: Callable[["Program"], bool]
    user_id: int | None = None
    environment: Mapping[str, str] | None = None
    stopped_by: signal.Signals = signal.SIGTERM
    cwd: str = "/"
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    _from_byte: int = 0

    def start(self) -> None:
        self.begin()
        self.wait_until_ready()

    def begin(self) -> None:
        """Start it without waiting: several come up faster side by side."""
        if self.is_running:
            raise ServiceFailed(f"{self.name} runs already")
        self._from_byte = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                user=self.user_id,
                extra_groups=None if self.user_id is None else [],
                env=dict(os.environ if self.environment is None else self.environment),
                cwd=self.cwd,
                # Its own group, so that a signal from the keyboard reaches only who stops it in order.
                start_new_session=True,
            )

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def pid(self) -> int:
        if self.process is None:
            raise ServiceFailed(f"{self.name} was not started")
        return self.process.pid

    def stop(self, how: signal.Signals | None = None, *, limit_s: float = STOP_LIMIT_S) -> None:
        """Ask it to end; whoever does not within the limit is killed."""
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            self.process.send_signal(how or self.stopped_by)
        try:
            self.process.wait(timeout=limit_s)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """As a power cut would: no handler runs, nothing is put away."""
        if self.process is None:
            return
        killed = self.tree()
        for process_id in killed:
            with suppress(ProcessLookupError):
                os.kill(process_id, signal.SIGKILL)
        self.process.wait()
        while any(_lives(process_id) for process_id in killed):
            time.sleep(POLL_S)

    def freeze(self) -> None:
        self._signal_all(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal_all(signal.SIGCONT)

    def children(self) -> list[int]:
        """The processes that it started."""
        return self.tree()[1:]

    def tree(self) -> list[int]:
        return process_tree(self.pid)

    def written(self) -> str:
        """What it wrote since it was last started."""
        with self.log.open("rb") as log:
            log.seek(self._from_byte)
            return log.read().decode(errors="replace")

    def _signal_all(self, what: signal.Signals) -> None:
        for process_id in self.tree():
            with suppress(ProcessLookupError):
                os.kill(process_id, what)

    def wait_until_ready(self) -> None:
        """One that does not come up is stopped."""
        deadline_s = time.monotonic() + START_LIMIT_S
        try:
            while not self.ready(self):
                if time.monotonic() > deadline_s:
                    raise self._failed(f"did not answer within {START_LIMIT_S:.0f} s")
                if self._ended() is not None:
                    raise self._failed(f"ended with status {self._ended()}")
        except BaseException:
            self.stop()
            raise

    def _ended(self) -> int | None:
        """Its status once it has ended; waits one poll interval for that."""
        assert self.process is not None
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=POLL_S)
        return self.process.returncode

    def _failed(self, how: str) -> ServiceFailed:
        return ServiceFailed(f"{self.name} {how}:\n{self.written()[-LOG_TAIL_CHARACTERS:]}")


def _lives(process_id: int) -> bool:
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except OSError:
        return False


@contextmanager
def running(
    name: str,
    command: Sequence[str],
    *,
    log: Path,
    ready: Callable[[], bool],
    user_id: int | None = None,
    environment: Mapping[str, str] | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    program = Program(
        name, command, log=log, ready=lambda _: ready(), user_id=user_id, environment=environment
    )
    with started(program):
        assert program.process is not None
        yield program.process


@contextmanager
def started(program: Program) -> Iterator[Program]:
    with all_started([program]):
        yield program


@contextmanager
def all_started(programs: Sequence[Program]) -> Iterator[None]:
    """They come up side by side, and are stopped in the other order."""
    try:
        for program in programs:
            program.begin()
        for program in programs:
            program.wait_until_ready()
        yield
    finally:
        for program in reversed(programs):
            program.stop()
