"""The embedded profile's scheduler: one thread that runs due jobs and the periodic work of `PERIODIC`."""

import logging
import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.db import close_old_connections
from django.utils.module_loading import import_string

from jobs.models import Job

logger = logging.getLogger(__name__)
_woken = threading.Event()
_wanted = threading.Event()


def wake(job: Job) -> None:
    _wanted.set()
    _woken.set()


class Scheduler(threading.Thread):
    def __init__(self) -> None:
        super().__init__(name="scheduler", daemon=True)
        self._stopped = threading.Event()
        self._due: list[tuple[Callable[[], object], float, float]] = [
            (import_string(path), float(every_s), 0.0) for path, every_s in settings.PERIODIC
        ]

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
        self._stopped.set()
        _woken.set()
        self.join(timeout=10)

    @staticmethod
    def _do(work: Callable[[], object]) -> None:
        close_old_connections()
        try:
            work()
        except Exception:
            # The thread outlives any one failure; the row keeps the reason.
            logger.exception("periodic work failed")
        finally:
            close_old_connections()
