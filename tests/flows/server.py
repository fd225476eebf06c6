"""The embedded profile as its users run it: `manage.py serve` in its own process on a fresh folder."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from select import select

ROOT = Path(__file__).resolve().parent.parent.parent
START_LIMIT_S = 240


@dataclass(frozen=True)
class Server:
    url: str
    var_dir: Path
    process: subprocess.Popen[str]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(
    var_dir: Path, *, models_dir: Path, demo: bool = False, changes: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """`changes` are settings by the names that the environment gives them."""
    port = free_port()
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.base",
        "VAR_DIR": str(var_dir),
        "MODELS_DIR": str(models_dir),
        "PORT": str(port),
        **(changes or {}),
    }
    command = [sys.executable, "manage.py", "serve", *([] if demo else ["--no-demo"])]
    log = (var_dir / "server.log").open("w")
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=log, text=True, bufsize=1
    )
    try:
        _await_banner(process, var_dir / "server.log")
        yield Server(f"http://localhost:{port}", var_dir, process)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)
        assert process.stdout is not None
        process.stdout.close()
        log.close()


def _await_banner(process: subprocess.Popen[str], log: Path) -> None:
    assert process.stdout is not None
    while select([process.stdout], [], [], START_LIMIT_S)[0]:
        line = process.stdout.readline()
        if "serves" in line:
            return
        if not line:
            break
    raise AssertionError(f"the server did not start:\n{log.read_text()}")
