"""Nobody waits twice for the same silence: a service that was just away is asked nothing for a moment."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import redis.exceptions

from accounts.outages import is_outage

Answer = TypeVar("Answer")


class StillAway(redis.exceptions.ConnectionError):
    """It was away a moment ago, and was not asked again."""


@dataclass
class Breaker:
    """Of one process: `rest_s` after it was found away a service is asked again."""

    service: str
    rest_s: float = 2.0
    away_until_s: float = 0.0

    def ask(self, question: Callable[[], Answer]) -> Answer:
        if time.monotonic() < self.away_until_s:
            raise StillAway(f"{self.service} was away a moment ago")
        try:
            return question()
        except Exception as error:
            if is_outage(error):
                self.away_until_s = time.monotonic() + self.rest_s
            raise
