"""How long a row waits: a fault lasts for a while, and a process is found when it is at work."""

import threading
import time
from collections.abc import Callable

WITHIN_S = 30.0
_never = threading.Event()


def let_it_last(seconds: float) -> None:
    _never.wait(seconds)


def until(happened: Callable[[], bool], *, within_s: float = WITHIN_S) -> None:
    end_s = time.monotonic() + within_s
    while not happened():
        if time.monotonic() > end_s:
            raise TimeoutError("what the row waits for does not happen")
        _never.wait(0.05)
