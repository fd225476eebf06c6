"""Failures are counted by address and by what failed."""

import pytest

from accounts import throttle
from accounts.errors import TooMany


def test_the_twenty_first_try_is_refused() -> None:
    for _ in range(throttle.LIMIT):
        throttle.check("sign-in", "192.0.2.1")
        throttle.count_failure("sign-in", "192.0.2.1")
    with pytest.raises(TooMany, match="Wait 10 minutes"):
        throttle.check("sign-in", "192.0.2.1")
    throttle.check("sign-in", "192.0.2.2")
    throttle.check("join", "192.0.2.1")
