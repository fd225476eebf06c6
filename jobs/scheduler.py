"""The embedded profile's scheduler: a thread for due jobs and `PERIODIC` work, and one for each pool."""

import logging
import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.db import close_old_connections
from django.utils.module_loading import import_string

from jobs import pools
from jobs.models import Job

logger = logging.getLogger(__name__)
_woken = threading.Event()
_wanted = threading.Event()
_pool_woken = threading.Event()


def wake(job: Job) -> None:
    if job.kind in settings.JOB_POOLS:
        _pool_woken.set()
        return
    _wanted.set()
    _woken.set()


class Scheduler(threading.Thread):
    def __init__(self) -> None:
        super().__init__(name="scheduler", daemon=True)
        self._stopped = threading.Event()
        self._due: list[tuple[Callable[[], object], float, float]] = [
            (import_string(path), float(every_s), 0.0) for path, every_s in settings.PERIODIC
        ]
        self._pools = [PoolThread(kind) for kind in settings.JOB_POOLS]

    def start(self) -> None:
        super().start()
        for pool in self._pools:
            pool.start()

    def run(self) -> None:
        while not self._stopped.is_set():
            self.turn(time.monotonic(), woken=_wanted.is_set())
            _woken.wait(timeout=1.0)
            _woken.clear()

    def turn(self, now_s: float, *, woken: bool) -> None:
        """Do what is due at `now_s`; a wake-up makes everything due."""
        _wanted.clear()
        for index, (work, every_s, due_s) in enumerate(self._due):
            if woken or now_s >= due_s:
                self._due[index] = (work, every_s, now_s + every_s)
                self._do(work)

    def stop(self) -> None:
        for pool in self._pools:
            pool.stop()
        self._stopped.set()
        _woken.set()
        self.join(timeout=10)

    @staticmethod
    def _do(work: Callable[[], object]) -> None:
        _guarded(work)


class PoolThread(threading.Thread):
    """Drains one pool whenever it is woken, and every second for what has become due."""

    def __init__(self, kind: str) -> None:
        super().__init__(name=f"pool {kind}", daemon=True)
        self._kind = kind
        self._stopped = threading.Event()

    def run(self) -> None:
        while not self._stopped.is_set():
            _guarded(lambda: pools.drain(self._kind, is_over=self._stopped.is_set))
            _pool_woken.wait(timeout=1.0)
            _pool_woken.clear()

    def stop(self) -> None:
        """Begin nothing more. What waits for a stranger is not waited for: its lease is taken back."""
        self._stopped.set()
        _pool_woken.set()
        self.join(timeout=2)


def _guarded(work: Callable[[], object]) -> None:
    close_old_connections()
    try:
        work()
    except Exception:
        # The thread outlives any one failure; the row keeps the reason.
        logger.exception("periodic work failed")
    finally:
        close_old_connections()
