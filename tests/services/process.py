"""Starts a server, waits until it answers, and stops it."""

import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

START_LIMIT_S = 60.0
STOP_LIMIT_S = 15.0
POLL_S = 0.05
LOG_TAIL_CHARACTERS = 4000


class ServiceFailed(Exception):
    """A server ended or did not answer in time; the message holds the end of its log."""


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def accepts_connections(port: int) -> bool:
    with socket.socket() as client:
        client.settimeout(1)
        return client.connect_ex(("127.0.0.1", port)) == 0


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
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            user=user_id,
            extra_groups=None if user_id is None else [],
            env=dict(os.environ if environment is None else environment),
            cwd="/",
        )
    try:
        _wait_until_ready(name, process, log, ready)
        yield process
    finally:
        _stop(process)


def _wait_until_ready(
    name: str, process: subprocess.Popen[bytes], log: Path, ready: Callable[[], bool]
) -> None:
    deadline_s = time.monotonic() + START_LIMIT_S
    while not ready():
        if time.monotonic() > deadline_s:
            raise ServiceFailed(f"{name} did not answer within {START_LIMIT_S:.0f} s:\n{_tail(log)}")
        if _ended(process):
            raise ServiceFailed(f"{name} ended with status {process.returncode}:\n{_tail(log)}")


def _ended(process: subprocess.Popen[bytes]) -> bool:
    """Waits one poll interval for the process to end."""
    try:
        process.wait(timeout=POLL_S)
    except subprocess.TimeoutExpired:
        return False
    return True


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=STOP_LIMIT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _tail(log: Path) -> str:
    return log.read_text(errors="replace")[-LOG_TAIL_CHARACTERS:]
