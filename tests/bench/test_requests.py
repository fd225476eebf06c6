"""What many programs' answers come to, and that servers of the production profile answer them."""

import pytest

from tests.bench.programs import CALLS, Answered
from tests.bench.requests import Answers, Measured, measure_requests, summary


def answers(rate: float | None, p95_ms: float, refused: int = 0) -> Answers:
    return Answers(50, rate, 100, refused, 10.0, 5.0, p95_ms, p95_ms, None)


def test_percentiles_and_refusals_are_counted() -> None:
    answered = [Answered(200 if took_ms <= 99 else 503, float(took_ms)) for took_ms in range(100, 0, -1)]
    assert summary(answered, 50, 25.0, 4.0, 1234.0) == Answers(
        50, 25.0, 100, 1, 25.0, 51.0, 96.0, 100.0, 12.3
    )
    alone = [Answered(200, 7.04)]
    assert summary(alone, 1, None, 1.0, None) == Answers(1, None, 1, 0, 1.0, 7.0, 7.0, 7.0, None)


def test_the_highest_rate_is_the_last_that_was_fast() -> None:
    fast = [answers(10, 40), answers(20, 99.9)]
    assert Measured(answers(None, 900), [*fast, answers(30, 100)]).highest_fast_rate == 20
    assert Measured(answers(None, 900), [*fast, answers(30, 50, refused=1)]).highest_fast_rate == 20
    assert Measured(answers(None, 900), [answers(10, 101)]).highest_fast_rate is None
    assert Measured(answers(None, 900), fast).shown()["highest_fast_rate"] == 20


@pytest.mark.slow
@pytest.mark.embedded_only
def test_every_call_is_answered_and_none_refused() -> None:
    measured = measure_requests(clients=2, processes=1, seconds=1.0, rates_a_second=[4.0])
    assert list(measured) == [call.name for call in CALLS]
    for one in measured.values():
        both = [one.without_pause, *one.at_rates]
        assert [(two.clients, two.asked_a_second, two.refused) for two in both] == [(2, None, 0), (2, 4.0, 0)]
        assert all(0 < two.p50_ms <= two.p95_ms <= two.p99_ms for two in both)
