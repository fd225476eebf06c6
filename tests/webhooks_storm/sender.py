"""The sender under test: `manage.py serve` in a process of its own, killed and started again."""

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from select import select
from typing import IO

ROOT = Path(__file__).resolve().parents[2]
START_LIMIT_S = 120


@dataclass
class Sender:
    environment: dict[str, str]
    log: IO[str]
    process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--no-demo"],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
            bufsize=1,
        )
        self._await_banner()

    def kill(self) -> None:
        """As a power cut would: no handler runs, nothing is put away."""
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGKILL)
        self._reap()
        self.start()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self._reap()

    def _reap(self) -> None:
        assert self.process is not None
        self.process.wait(timeout=60)
        assert self.process.stdout is not None
        self.process.stdout.close()

    def _await_banner(self) -> None:
        assert self.process is not None
        assert self.process.stdout is not None
        while select([self.process.stdout], [], [], START_LIMIT_S)[0]:
            line = self.process.stdout.readline()
            if "serves" in line:
                return
            if not line:
                break
        raise RuntimeError("the sender did not start")
