"""A service that was just away is asked nothing for a moment."""

import pytest
import redis.exceptions

from accounts.breaker import Breaker, StillAway
from accounts.outages import is_outage


class Service:
    def __init__(self, *errors: Exception | None) -> None:
        self.errors = list(errors)
        self.asked = 0

    def ask(self) -> str:
        self.asked += 1
        error = self.errors.pop(0)
        if error is not None:
            raise error
        return "here"


def test_an_answer_is_handed_on() -> None:
    assert Breaker("Redis").ask(Service(None).ask) == "here"


def test_while_a_service_rests_nobody_waits_for_it() -> None:
    breaker, service = Breaker("Redis", rest_s=60), Service(redis.exceptions.TimeoutError("silence"))
    with pytest.raises(redis.exceptions.TimeoutError):
        breaker.ask(service.ask)
    with pytest.raises(StillAway, match="Redis was away a moment ago") as told:
        breaker.ask(service.ask)
    assert service.asked == 1
    assert is_outage(told.value)


def test_after_its_rest_it_is_asked_again() -> None:
    breaker = Breaker("Redis", rest_s=0)
    service = Service(redis.exceptions.ConnectionError("refused"), None)
    with pytest.raises(redis.exceptions.ConnectionError):
        breaker.ask(service.ask)
    assert breaker.ask(service.ask) == "here"


def test_a_no_is_no_absence() -> None:
    breaker, service = Breaker("Redis", rest_s=60), Service(ValueError("no"), None)
    with pytest.raises(ValueError, match="no"):
        breaker.ask(service.ask)
    assert breaker.ask(service.ask) == "here"
